import { Registry } from 'prom-client'
import { AGENT_TOKEN } from '../src/api.ts'
import { buildApp } from '../src/app.ts'

const RUNNING = [8001, 8002, 8003].map((port) => ({ instance: `127.0.0.1:${port}`, port, pid: port, state: 'running', release: 'r4' }))

/** The process manager's routes over a fleet that notes what is carried out; `drained` is out of the balancer. */
export function openFleet(drained?: number) {
  const done: string[] = []
  const note = (what: string) => async (given: unknown) => {
    done.push(`${what} ${JSON.stringify(given)}`)
    return {}
  }
  const instances = RUNNING.map((each) => ({ ...each, ...(each.port === drained && { drained: true }) }))
  const fleet = {
    list: () => instances,
    desiredPorts: () => instances.map(({ port }) => port),
    describeInstances: () => '8001, 8002, 8003',
  }
  const acts = { scale: note('scale'), start: note('start'), stop: note('stop'), setDrained: note('setDrained') }
  const parts = {
    registry: new Registry(),
    fleet: { ...fleet, ...acts },
    backends: { current: () => ({ backends: [], version: 1 }) },
    events: { since: () => ({ events: [], next: 0 }) },
    faults: { apply: note('fault'), list: () => ({ faults: [] }), history: { list: () => ({ faults: [] }) } },
    traffic: { apply: note('traffic'), state: () => ({}) },
    deployments: { ranWell: (release: string) => release === 'r3', deploy: note('deploy'), list: () => ({ current: 'r4', releases: [] }) },
    rollout: { isRunning: false, run: note('rollout') },
    settings: {
      change: note('setting'),
      list: () => ({ settings: [] }),
      lastChange: (_: string, setting: string) => (setting === 'BADGES' ? { from: 'off', to: 'on' } : undefined),
    },
    parts: { start: note('part'), list: () => ({ parts: [] }) },
    agentToken: AGENT_TOKEN,
    logLevel: 'silent',
  }
  // Only what the routes call.
  return { app: buildApp(parts as never), done }
}
