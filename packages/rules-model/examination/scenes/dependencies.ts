import { phases, present } from '../../test-parts/simulated-metrics.ts'
import type { World } from '../../test-parts/simulated-world.ts'
import type { Scene } from '../scene.ts'
import { alertOf, BURST, between, logged, noise, p95, perInstance, pick, rate, type Setting, slowAlert, worldOf } from '../setting.ts'

const codes = (code: string) => [present({ code }, 4.2)]

/** A class of errors of the database that fails requests everywhere. */
function refused(at: Setting, message: string, code: string, more: Partial<World['metrics']> = {}) {
  const log = logged(at, { message, code, error: 'DatabaseError', status: 500 })
  return worldOf(at, {
    alerts: [alertOf(at, 'ErrorBurst', BURST)],
    log: [...noise(at), ...log],
    rate: rate(at, between(at, 0.3, 0.95)),
    metrics: { database_errors: codes(code), ...more },
  })
}

const routesAt = (at: Setting, seconds: number[]) =>
  at.routes.map((route, index) => present({ method: index === 2 ? 'POST' : 'GET', route }, seconds[index] ?? 0.01))

/** The database, the network and other services. */
export const DEPENDENCY_SCENES: Scene[] = [
  {
    id: 'database stopped',
    play: (at) => {
      const log = logged(at, { message: 'connect ECONNREFUSED 127.0.0.1:5432', code: 'ECONNREFUSED', error: 'Error', status: 503 })
      const alerts = [alertOf(at, 'DatabaseUnreachable', 'instances cannot reach their database'), alertOf(at, 'ErrorBurst', BURST)]
      return {
        world: worldOf(at, {
          alerts,
          log,
          rate: rate(at, 0.95),
          metrics: { database_up: perInstance(at, 300, (ago) => (ago > at.began ? 1 : 0), 0), database_errors: codes('ECONNREFUSED') },
        }),
        truth: { causes: ['database_down'] },
      }
    },
  },
  {
    id: 'password rotated',
    play: (at) => ({
      world: refused(at, 'password authentication failed for user "shop"', '28P01'),
      truth: { causes: ['database_refuses_login'] },
    }),
  },
  {
    id: 'column dropped',
    play: (at) => ({
      world: refused(at, pick(at, ['column "manufacturer" does not exist', 'relation "reservations" does not exist']), '42703'),
      truth: { causes: ['schema_mismatch'] },
    }),
  },
  {
    id: 'grant revoked',
    play: (at) => ({ world: refused(at, 'permission denied for table items', '42501'), truth: { causes: ['permission_denied'] } }),
  },
  {
    id: 'slots used up by another client',
    play: (at) => ({
      world: refused(at, 'sorry, too many clients already', '53300', { pool_connections: [present({}, 5)] }),
      truth: { causes: ['connections_exhausted'] },
    }),
  },
  {
    id: 'pool leak',
    play: (at) => {
      const log = logged(at, { message: 'timeout exceeded when trying to connect', code: 'pool_timeout', error: 'Error', status: 503 })
      const metrics = {
        database_errors: codes('pool_timeout'),
        pool_in_use: perInstance(at, 120, (ago) => Math.min(10, Math.max(1, Math.floor((110 - ago) / 6))), 1).map(({ labels, points }) => ({
          labels,
          points: points.map(([time, value]): [string, number | null] => [time, value === null ? null : Math.round(value)]),
        })),
        pool_waiting: perInstance(at, 60, () => 6, 0),
        served_by_instance: at.instances.map((instance) => present({ instance }, 0)),
      }
      return {
        world: worldOf(at, {
          alerts: [
            alertOf(at, 'PoolExhausted', 'all 10 database connections are taken', { severity: 'warning' }),
            alertOf(at, 'ErrorBurst', BURST),
          ],
          log,
          rate: rate(at, 0.95),
          metrics,
        }),
        truth: { causes: ['pool_leak'] },
      }
    },
  },
  {
    id: 'rows locked',
    play: (at) => {
      const routes = [at.routes[2] ?? '']
      const log = logged(
        at,
        { message: 'canceling statement due to lock timeout', code: '55P03', error: 'Error', method: 'POST', status: 500 },
        { routes },
      )
      return {
        world: worldOf(at, {
          alerts: [alertOf(at, 'RouteFailing', 'a route fails', { labels: { route: routes[0] ?? '' } })],
          log: [...noise(at), ...log],
          rate: rate(at, 0.2, { routes }),
          metrics: { database_errors: codes('55P03') },
        }),
        truth: { causes: ['lock_contention'] },
      }
    },
  },
  { id: 'deadlocks', play: (at) => ({ world: refused(at, 'deadlock detected', '40P01'), truth: { causes: ['deadlock'] } }) },
  {
    id: 'index dropped',
    play: (at) => ({
      world: worldOf(at, {
        alerts: [
          alertOf(at, 'RouteSlow', `${at.routes[1]} takes 400ms on average`, {
            severity: 'warning',
            labels: { route: at.routes[1] ?? '' },
          }),
        ],
        metrics: { p95: p95(at, 0.5), p95_by_route: routesAt(at, [0.01, between(at, 0.3, 0.9), 0.015]), phases: phases({ db: 0.15 }) },
      }),
      truth: { causes: ['slow_query'] },
    }),
  },
  {
    id: 'database slow as a whole',
    play: (at) => ({
      world: worldOf(at, {
        alerts: [slowAlert(at)],
        metrics: {
          p95: p95(at, 1.1),
          p95_by_route: routesAt(at, [1, 0.9, 1.1]),
          mean_by_instance: at.instances.map((instance) => present({ instance }, 0.9)),
          phases: phases({ db: 0.85 }),
        },
      }),
      truth: { causes: ['dependency_slow'] },
    }),
  },
  {
    id: 'payment service slow',
    play: (at) => ({
      world: worldOf(at, {
        alerts: [slowAlert(at)],
        metrics: {
          p95: p95(at, 2.1),
          p95_by_route: routesAt(at, [0.012, 0.015, 2.1]),
          mean_by_instance: at.instances.map((instance) => present({ instance }, 0.7)),
          phases: phases({ outbound: 0.7 }),
        },
      }),
      truth: { causes: ['dependency_slow'] },
    }),
  },
  {
    id: 'payment service refuses',
    play: (at) => {
      const routes = [at.routes[2] ?? '']
      const log = logged(
        at,
        {
          message: pick(at, ['connect ECONNREFUSED 10.3.0.9:8443', 'dial tcp 10.3.0.9:8443: connect: connection refused']),
          error: 'Error',
          status: 502,
        },
        { routes },
      )
      return {
        world: worldOf(at, { alerts: [alertOf(at, 'ErrorBurst', BURST)], log, rate: rate(at, 0.3, { routes }) }),
        truth: { causes: ['dependency_down'] },
      }
    },
  },
  {
    id: 'payment service answers 503',
    play: (at) => {
      const routes = [at.routes[2] ?? '']
      const log = logged(at, { message: 'payments.internal answered with status 503', error: 'UpstreamError', status: 502 }, { routes })
      return {
        world: worldOf(at, { alerts: [alertOf(at, 'ErrorBurst', BURST)], log: [...noise(at), ...log], rate: rate(at, 0.3, { routes }) }),
        truth: { causes: ['dependency_down'] },
      }
    },
  },
  {
    id: 'name of a service gone',
    play: (at) => {
      const log = logged(
        at,
        {
          message: pick(at, ['getaddrinfo ENOTFOUND payments.internal', 'dial tcp: lookup payments.internal: no such host']),
          error: 'Error',
          status: 502,
        },
        { routes: [at.routes[2] ?? ''] },
      )
      return {
        world: worldOf(at, { alerts: [alertOf(at, 'ErrorBurst', BURST)], log, rate: rate(at, 0.3, { routes: [at.routes[2] ?? ''] }) }),
        truth: { causes: ['dependency_down', 'bad_configuration', 'network_partial'] },
      }
    },
  },
  {
    id: 'connections cut',
    play: (at) => {
      const log = logged(at, {
        message: pick(at, [
          'Connection terminated unexpectedly',
          'read ECONNRESET',
          'psycopg2.OperationalError: server closed the connection unexpectedly',
        ]),
        error: 'Error',
        status: 500,
      })
      return {
        world: worldOf(at, { alerts: [alertOf(at, 'HighErrorRate', BURST)], log, rate: rate(at, between(at, 0.3, 0.8)) }),
        truth: { causes: ['network_partial'] },
      }
    },
  },
  {
    id: 'slow link of one instance',
    play: (at) => {
      const name = pick(at, at.instances)
      const mean = at.instances.map((instance) => present({ instance }, instance === name ? 0.9 : 0.012))
      return {
        world: worldOf(at, {
          alerts: [slowAlert(at)],
          metrics: { p95: p95(at, 0.9), p95_by_route: routesAt(at, [0.9, 0.9, 0.95]), mean_by_instance: mean, phases: phases({ db: 0.3 }) },
        }),
        truth: { causes: ['network_partial', 'bad_instance'], instances: [name] },
      }
    },
  },
  {
    id: 'disk of the database full',
    play: (at) => ({
      world: refused(at, 'could not extend file "base/16384/16401": No space left on device', '53100'),
      truth: { causes: ['disk_full'] },
    }),
  },
  {
    id: 'old death, present locks',
    play: (at) => {
      const routes = [at.routes[2] ?? '']
      const log = logged(
        at,
        { message: 'canceling statement due to lock timeout', code: '55P03', error: 'Error', method: 'POST', status: 500 },
        { routes },
      )
      const world = worldOf(at, {
        alerts: [alertOf(at, 'RouteFailing', 'a route fails')],
        log,
        rate: rate(at, 0.2, { routes }),
        metrics: { database_errors: codes('55P03') },
      })
      const [first] = world.instances.instances
      if (first)
        Object.assign(first, {
          restarts: 3,
          last_exit: { at: new Date(Date.parse(first.started_at ?? '') - 1_000).toJSON(), code: null, signal: 'SIGKILL' },
        })
      return { world, truth: { causes: ['lock_contention'] } }
    },
  },
  {
    id: 'database down, the log cannot be read',
    play: (at) => ({
      world: worldOf(at, {
        alerts: [alertOf(at, 'DatabaseUnreachable', 'instances cannot reach their database')],
        rate: rate(at, 0.95),
        broken: { fetch_logs: { code: 'upstream_timeout', message: 'The load balancer did not answer in time', times: 99 } },
        metrics: { database_up: perInstance(at, 300, (ago) => (ago > at.began ? 1 : 0), 0), database_errors: codes('ECONNREFUSED') },
      }),
      truth: { causes: ['database_down', 'unknown'] },
    }),
  },
  {
    id: 'slots used up, and a release that throws on one instance',
    play: (at) => {
      const world = refused(at, 'sorry, too many clients already', '53300')
      const [first] = world.instances.instances
      if (first) Object.assign(first, { commit: 'fedcba9876543210fedcba9876543210fedcba98', release: '0.2.0' })
      const extra = logged(
        at,
        { message: 'totals is not defined', error: 'ReferenceError', status: 500 },
        { count: 10, instances: [first?.instance ?? ''] },
      )
      return { world: { ...world, log: [...world.log, ...extra] }, truth: { causes: ['connections_exhausted', 'bad_release'] } }
    },
  },
]
