import { Counter, Gauge, type Registry } from 'prom-client'
import { type Instance, InstanceState } from './api.ts'

/** The process manager's own metrics. */
export interface Metrics {
  /** Starts the count of an instance's restarts at zero when it is first started. */
  addInstance(port: number): void
}

/** What the metrics are read from at each scrape. */
export interface MetricsSource {
  list(): Instance[]
  desiredPorts(): number[]
}

/** `source` is asked at each scrape. */
export function createMetrics(registry: Registry, source: () => MetricsSource): Metrics {
  const registers = [registry]
  new Gauge({
    name: 'process_manager_instances',
    help: 'Instances by state.',
    labelNames: ['state'],
    registers,
    collect() {
      for (const state of InstanceState.enum) this.set({ state }, 0)
      for (const { state } of source().list()) this.inc({ state })
    },
  })
  new Gauge({
    name: 'process_manager_desired_replicas',
    help: 'How many instances there shall be.',
    registers,
    collect() {
      this.set(source().desiredPorts().length)
    },
  })
  const seen = new Map<string, number>()
  const restarts = new Counter({
    name: 'process_manager_instance_restarts_total',
    help: 'Restarts of an instance after an exit that nobody asked for.',
    labelNames: ['port'],
    registers,
    collect() {
      for (const { port, restarts } of source().list()) {
        const label = String(port)
        this.inc({ port: label }, Math.max(0, restarts - (seen.get(label) ?? 0)))
        seen.set(label, restarts)
      }
    },
  })
  return {
    addInstance(port) {
      restarts.inc({ port: String(port) }, 0)
      seen.set(String(port), 0)
    },
  }
}
