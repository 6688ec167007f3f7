import { course, present } from '../../test-parts/simulated-metrics.ts'
import { runningInstance } from '../../test-parts/simulated-world.ts'
import { alertOf, perInstance, type Setting, since } from '../setting.ts'

export const slowAlert = (at: Setting) => alertOf(at, 'HighLatency', '95 % of the answers take up to 0.9s', { severity: 'warning' })
export const p95 = (at: Setting, now: number) =>
  perInstance(at, 300, since(at, now, 0.02), 0.02)
    .slice(0, 1)
    .map(({ points }) => ({ labels: {}, points }))
export const routesAt = (at: Setting, seconds: number[]) =>
  at.routes.map((route, index) => present({ method: index === 2 ? 'POST' : 'GET', route }, seconds[index] ?? 0.01))
export const courseOf = (at: Setting, now: number, before: number) => [course({}, 600, since(at, now, before))]
export const elsewhere = (alertname: string, summary: string, service: string) => ({
  alertname,
  severity: 'warning',
  summary,
  labels: { service, instance: '10.7.0.4:9100' },
})
export const only = (at: Setting, value: number, usual: number, range = 600) =>
  perInstance(at, range, since(at, value, usual), usual, at.instances.slice(0, 1))
export const listed = (at: Setting, change: (name: string, index: number) => object) => ({
  instances: at.instances.map((name, index) => runningInstance(name, change(name, index))),
  load_balancer: { backends: at.instances.map((name) => `http://${name}`) },
})
/** On each instance one value since it began, and another before. */
export const everywhere = (at: Setting, range: number, now: number, before: number) =>
  perInstance(at, range, since(at, now, before), before)
