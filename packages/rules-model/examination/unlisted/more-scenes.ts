import { course, phases, present } from '../../test-parts/simulated-metrics.ts'
import { runningInstance } from '../../test-parts/simulated-world.ts'
import type { Scene } from '../scene.ts'
import { alertOf, between, logged, noise, p95, perInstance, rate, type Setting, since, slowAlert, worldOf } from '../setting.ts'
import { MORE_LOGGED } from './more-logged.ts'

const routesAt = (at: Setting, seconds: number[]) =>
  at.routes.map((route, index) => present({ method: index === 2 ? 'POST' : 'GET', route }, seconds[index] ?? 0.01))
const slowEverywhere = (at: Setting, seconds: number) => ({
  p95: p95(at, seconds),
  p95_by_route: routesAt(at, [seconds, 0.9 * seconds, 1.1 * seconds]),
  mean_by_instance: at.instances.map((instance) => present({ instance }, 0.6 * seconds)),
})
const everywhere = (at: Setting, range: number, now: number, before: number) => perInstance(at, range, since(at, now, before), before)
const RESTARTED = '2026-11-20T11:59:25.000Z'

const restartedOnPurpose = (at: Setting) => ({
  instances: at.instances.map((name) =>
    runningInstance(name, {
      started_at: RESTARTED,
      exits: [{ at: RESTARTED, code: 0, signal: null, uptime_seconds: 1_200, expected: true }],
    }),
  ),
  load_balancer: { backends: at.instances.map((name) => `http://${name}`) },
})

/** Twenty further causes that nothing here was built for, written after the fifty of the first list were mended. */
export const MORE_UNLISTED: readonly Scene[] = [
  ...MORE_LOGGED,
  {
    id: 'the certificate of the front door has ended',
    play: (at) => ({
      world: worldOf(at, {
        alerts: [alertOf(at, 'TrafficLost', '90% fewer requests than usual')],
        rate: rate({ ...at, rps: at.rps * 0.1 }, 0),
        metrics: {
          traffic: [course({}, 600, since(at, at.rps * 0.08, at.rps))],
          balancer_traffic: [course({}, 600, since(at, at.rps * 0.08, at.rps))],
        },
      }),
      truth: { causes: ['traffic_drop', 'bad_configuration', 'unknown'] },
    }),
  },
  {
    id: 'a partner answers slowly',
    play: (at) => ({
      world: worldOf(at, {
        alerts: [slowAlert(at)],
        log: logged(
          at,
          { message: 'timeout of 3000ms exceeded', error: 'AxiosError', status: 504 },
          { routes: at.routes.slice(2), count: 9 },
        ),
        rate: rate(at, 0.04, { routes: at.routes.slice(2) }),
        metrics: {
          p95: p95(at, 2.8),
          p95_by_route: routesAt(at, [0.012, 0.014, 2.9]),
          phases: phases({ outbound: between(at, 0.6, 1.4) }),
        },
      }),
      truth: { causes: ['dependency_slow', 'dependency_down'] },
    }),
  },
  {
    id: 'everybody asks for what the cache has lost',
    play: (at) => ({
      world: worldOf(at, {
        alerts: [slowAlert(at)],
        metrics: { ...slowEverywhere(at, 0.9), phases: phases({ db: between(at, 0.4, 0.8) }), pool_waiting: everywhere(at, 60, 6, 0) },
      }),
      truth: { causes: ['dependency_slow', 'unknown'] },
    }),
  },
  {
    id: 'a herd after a restart of all',
    play: (at) => ({
      world: worldOf(at, {
        alerts: [slowAlert(at)],
        instances: restartedOnPurpose(at),
        metrics: {
          ...slowEverywhere(at, 1.2),
          cpu: everywhere(at, 600, 0.97, 0.06),
          lag: everywhere(at, 300, 0.3, 0.011),
          lag_median: everywhere(at, 300, 0.2, 0.0102),
          phases: phases({ self: 0.2, queue: 0.4 }),
          traffic: [course({}, 600, since(at, 1.4 * at.rps, at.rps))],
        },
      }),
      truth: { causes: ['cpu_saturation', 'unknown', 'traffic_surge', 'retry_storm'] },
    }),
  },
  {
    id: 'a flood of log lines',
    play: (at) => ({
      world: worldOf(at, {
        alerts: [slowAlert(at)],
        log: logged(
          at,
          { message: 'feature toggle new_cart has no value, using false', error: 'Warning', status: 200 },
          { routes: [], count: 400 },
        ),
        metrics: {
          ...slowEverywhere(at, 0.7),
          cpu: everywhere(at, 600, 0.9, 0.06),
          lag: everywhere(at, 300, 0.14, 0.011),
          lag_median: everywhere(at, 300, 0.08, 0.0102),
          phases: phases({ self: 0.3, queue: 0.1 }),
        },
      }),
      truth: { causes: ['cpu_saturation', 'event_loop_blocked', 'unknown', 'bad_configuration'] },
    }),
  },
  {
    id: 'a heap near its limit',
    play: (at) => ({
      world: worldOf(at, {
        alerts: [slowAlert(at)],
        metrics: {
          ...slowEverywhere(at, 0.8),
          cpu: everywhere(at, 600, 0.93, 0.1),
          lag: everywhere(at, 300, 0.4, 0.011),
          lag_median: everywhere(at, 300, 0.02, 0.0102),
          memory: perInstance(at, 600, (ago) => 1.4e9 + (ago % 90) * 2e6, 1.4e9),
          memory_closely: perInstance(at, 60, (ago) => 1.4e9 + (ago % 20) * 8e6, 1.4e9),
          heap: perInstance(at, 600, (ago) => 1.3e9 + (ago % 90) * 2e6, 1.3e9),
        },
      }),
      truth: { causes: ['memory_leak', 'cpu_saturation', 'event_loop_blocked', 'unknown'] },
    }),
  },
  {
    id: 'a standby that is behind',
    play: (at) => ({
      world: worldOf(at, {
        alerts: [alertOf(at, 'ClientErrors', 'many requests are answered 404')],
        metrics: { refused_requests: [present({ status: '404', route: at.routes[0] ?? '' }, between(at, 0.3, 0.45))] },
      }),
      truth: { causes: ['unknown', 'bad_data'] },
    }),
  },
  {
    id: 'the host of one instance is shared badly',
    play: (at) => {
      const [slow = ''] = at.instances
      const only = (range: number, now: number, before: number) => perInstance(at, range, since(at, now, before), before, [slow])
      return {
        world: worldOf(at, {
          alerts: [alertOf(at, 'InstanceSlow', `${slow} takes 700ms on average`, { severity: 'warning', labels: { instance: slow } })],
          metrics: {
            p95: p95(at, 0.6),
            p95_by_route: routesAt(at, [0.6, 0.7, 0.6]),
            mean_by_instance: at.instances.map((instance) => present({ instance }, instance === slow ? 0.7 : 0.014)),
            lag: only(300, 0.25, 0.011),
            lag_median: only(300, 0.12, 0.0102),
          },
        }),
        truth: { causes: ['unknown', 'cpu_saturation', 'event_loop_blocked', 'bad_instance'] },
      }
    },
  },
  {
    id: 'a flag for one customer in ten',
    play: (at) => ({
      world: worldOf(at, {
        alerts: [alertOf(at, 'RouteFailing', `10% of the requests to ${at.routes[0]} fail`, { labels: { route: at.routes[0] ?? '' } })],
        log: [
          ...noise(at),
          ...logged(
            at,
            {
              message: "Cannot read properties of undefined (reading 'rate')",
              error: 'TypeError',
              stack: "TypeError: Cannot read properties of undefined (reading 'rate')\n    at quote (/app/src/loyalty/quote.js:57:18)",
            },
            { routes: at.routes.slice(0, 1) },
          ),
        ],
        rate: rate(at, 0.04, { routes: at.routes.slice(0, 1) }),
        database: {
          list_changes: {
            ...{ ok: true, window_seconds: 3_600, complete: true, truncated: 0, errors: [] },
            changes: [
              {
                at: new Date(Date.parse('2026-11-20T12:00:20Z') - (at.began + 6) * 1_000).toJSON(),
                what: `setting_changed ${at.service} LOYALTY_PERCENT`,
                by: 'POST /settings by an unnamed caller at 10.0.0.9',
                ...{ ports: [], from: '0', to: '10', release: null },
              },
            ],
          },
        },
      }),
      truth: { causes: ['bad_configuration', 'application_exception'] },
    }),
  },
  {
    id: 'our own limit of requests is too low',
    play: (at) => ({
      world: worldOf(at, {
        alerts: [alertOf(at, 'FewOrders', 'orders are far below the usual')],
        metrics: { refused_requests: [present({ status: '429', route: at.routes[2] ?? '' }, between(at, 0.3, 0.5))] },
      }),
      truth: { causes: ['unknown', 'bad_configuration', 'traffic_surge'] },
    }),
  },
]
