import { Counter, Gauge, type Registry } from 'prom-client'
import { type FleetEvent, type Instance, InstanceState } from './api.ts'
import { readGroupUsage } from './group-usage.ts'

/** The process manager's own metrics. */
export interface Metrics {
  /** Counts what happened to an instance. */
  observe(event: FleetEvent): void
}

/** What the metrics are read from at each scrape. */
export interface MetricsSource {
  list(): Instance[]
  desiredPorts(): number[]
}

/** `source` is asked at each scrape. */
export function createMetrics(registry: Registry, source: MetricsSource): Metrics {
  addStates(registry, source)
  addUsage(registry, source)
  const registers = [registry]
  const labelNames = ['port'] as const
  const starts = new Counter({ name: 'process_manager_instance_starts_total', help: 'Starts of an instance.', labelNames, registers })
  const restarts = new Counter({
    name: 'process_manager_instance_restarts_total',
    help: 'Restarts of an instance after an exit that nobody asked for.',
    labelNames,
    registers,
  })
  const exits = new Counter({
    name: 'process_manager_instance_exits_total',
    help: 'Ends of the processes of an instance, by signal (SIGKILL) or exit code (code_1), whether asked for or not.',
    labelNames: ['port', 'cause'],
    registers,
  })
  const deploys = new Counter({
    name: 'process_manager_deploys_total',
    help: 'Deploys that were carried out, and those that stopped at an instance that did not come up.',
    labelNames: ['outcome'],
    registers,
  })
  for (const outcome of ['done', 'stopped']) deploys.inc({ outcome }, 0)
  const afterExit = new Set<number>()
  return {
    observe({ port, type, code, signal }) {
      if (type === 'deploy_finished' || type === 'deploy_stopped') deploys.inc({ outcome: type === 'deploy_finished' ? 'done' : 'stopped' })
      if (port === undefined) return
      const labels = { port: String(port) }
      if (type === 'exit') exits.inc({ ...labels, cause: signal ?? (code === null ? 'not_started' : `code_${code}`) })
      if (type === 'backoff' || type === 'fatal') afterExit.add(port)
      if (type === 'removed') afterExit.delete(port)
      if (type !== 'starting') return
      starts.inc(labels)
      restarts.inc(labels, Number(afterExit.delete(port)))
    },
  }
}

function addStates(registry: Registry, source: MetricsSource): void {
  const registers = [registry]
  new Gauge({
    name: 'process_manager_instances',
    help: 'Instances by state.',
    labelNames: ['state'],
    registers,
    collect() {
      for (const state of InstanceState.enum) this.set({ state }, 0)
      for (const { state } of source.list()) this.inc({ state })
    },
  })
  new Gauge({
    name: 'process_manager_desired_replicas',
    help: 'How many instances there shall be.',
    registers,
    collect() {
      this.set(source.desiredPorts().length)
    },
  })
}

/** Both are of the present process and what it started, and begin anew with it; where the system does not tell, they are missing. */
function addUsage(registry: Registry, source: MetricsSource): void {
  const registers = [registry]
  const usage = () => {
    const instances = source.list()
    const byGroup = readGroupUsage(new Set(instances.flatMap(({ pid }) => (pid === null ? [] : [pid]))))
    return instances.flatMap(({ port, pid }) => {
      const own = pid === null ? undefined : byGroup.get(pid)
      return own ? [{ labels: { port: String(port) }, ...own }] : []
    })
  }
  new Gauge({
    name: 'process_manager_instance_resident_memory_bytes',
    help: 'Resident memory of an instance, all processes of its group.',
    labelNames: ['port'],
    registers,
    collect() {
      this.reset()
      for (const { labels, residentBytes } of usage()) this.set(labels, residentBytes)
    },
  })
  new Counter({
    name: 'process_manager_instance_cpu_seconds_total',
    help: 'CPU time of the present process of an instance and of its group.',
    labelNames: ['port'],
    registers,
    collect() {
      this.reset()
      for (const { labels, cpuSeconds } of usage()) this.inc(labels, cpuSeconds)
    },
  })
}
