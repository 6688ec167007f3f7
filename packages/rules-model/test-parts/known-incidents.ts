import { BURST, codes, errorsOf, onEach, ROUTES } from './logged-errors.ts'
import { FILE, nullWorld } from './null-dereference.ts'
import { INSTANCE_NAMES, NOW } from './scene.ts'
import { course, phases, present, type SeriesOf } from './simulated-metrics.ts'
import { createWorld, errorRate, runningInstance, type World } from './simulated-world.ts'

const [first = '', second = ''] = INSTANCE_NAMES
const onOne = (name: string, range: number, value: (ago: number) => number, usual: number): SeriesOf[] =>
  INSTANCE_NAMES.map((instance) => course({ instance }, range, (ago) => (instance === name ? value(ago) : usual)))
const alert = (alertname: string, summary: string, severity = 'critical') => [{ alertname, severity, summary }]
const LATENCY = alert('InventoryHighLatency', '95 % of the answers of inventory take up to 0.9s', 'warning')

const slow: World['metrics'] = {
  p95: [course({}, 300, (ago) => (ago > 80 ? 0.02 : 0.95))],
  mean_by_instance: INSTANCE_NAMES.map((instance) => present({ instance }, 0.95)),
  p95_by_route: [present({ method: 'GET', route: '/items/:id' }, 0.95), present({ method: 'GET', route: '/healthz' }, 0.005)],
}
const dead = (state: 'backoff' | 'fatal') =>
  INSTANCE_NAMES.map((name) =>
    runningInstance(
      name,
      name === first
        ? {
            state,
            pid: null,
            started_at: null,
            restarts: 9,
            reason: state === 'fatal' ? '10 starts within 60 s; the last exit was signal SIGKILL after 1.4 s' : null,
            last_exit: { at: new Date(NOW - 4_000).toJSON(), code: null, signal: 'SIGKILL' },
          }
        : {},
    ),
  )

/** One incident of each cause that the model knew first, as its own tests have them. */
export const KNOWN_INCIDENTS: Record<string, () => World> = {
  null_dereference: () => nullWorld(),
  database_down: () =>
    createWorld({
      alerts: [...alert('InventoryDatabaseUnreachable', '3 instances of inventory cannot reach their database'), ...BURST],
      log: errorsOf('connect ECONNREFUSED 127.0.0.1:15432', 'ECONNREFUSED'),
      rate: errorRate(0.95, { routes: ROUTES }),
      metrics: { database_up: onEach(300, (ago) => (ago > 40 ? 1 : 0)), database_errors: codes('ECONNREFUSED') },
    }),
  no_connection_slot: () =>
    createWorld({
      alerts: BURST,
      log: errorsOf('sorry, too many clients already', '53300'),
      rate: errorRate(0.6, { routes: ROUTES }),
      metrics: { database_errors: codes('53300'), pool_connections: [present({}, 4)] },
    }),
  pool_leak: () =>
    createWorld({
      alerts: [...alert('InventoryPoolExhausted', 'all 10 database connections are taken', 'warning'), ...BURST],
      log: errorsOf('timeout exceeded when trying to connect', 'pool_timeout'),
      rate: errorRate(0.9, { routes: ROUTES }),
      metrics: {
        database_errors: codes('pool_timeout'),
        pool_waiting: onEach(60, (ago) => (ago > 40 ? 0 : 5)),
        pool_in_use: onEach(120, (ago) => Math.min(10, Math.max(1, Math.floor((100 - ago) / 6)))),
        served_by_instance: INSTANCE_NAMES.map((instance) => present({ instance }, 0)),
      },
    }),
  lock: () =>
    createWorld({
      alerts: alert('InventoryRouteFailing', '100% of the requests to /items/:id fail'),
      log: errorsOf('canceling statement due to lock timeout', '55P03', { method: 'POST', routes: ['/items/:id'], status: 500 }),
      rate: errorRate(0.15, { routes: ['/items/:id'] }),
      metrics: { database_errors: codes('55P03') },
    }),
  slow_query: () =>
    createWorld({
      alerts: alert('InventoryRouteSlow', '/items takes 300ms on average', 'warning'),
      metrics: {
        p95: [course({}, 300, (ago) => (ago > 80 ? 0.02 : 0.4))],
        p95_by_route: [present({ method: 'GET', route: '/items' }, 0.45), present({ method: 'GET', route: '/items/:id' }, 0.008)],
        phases: phases({ db: 0.06 }),
      },
    }),
  slow_store: () => createWorld({ alerts: LATENCY, metrics: { ...slow, phases: phases({ db: 0.8 }) } }),
  broken_connections: () =>
    createWorld({
      alerts: BURST,
      log: errorsOf('Connection terminated unexpectedly', undefined),
      rate: errorRate(0.8, { routes: ROUTES }),
    }),
  crash_loop: () =>
    createWorld({
      alerts: alert('InventoryInstanceRestarting', 'the instance on port 8001 restarted 3 times within a minute'),
      instances: { instances: dead('backoff'), load_balancer: { backends: INSTANCE_NAMES.slice(1).map((name) => `http://${name}`) } },
      metrics: {
        restarts: [course({ port: '8001', instance: '127.0.0.1:7070' }, 600, (ago) => (ago > 60 ? 0 : ago > 30 ? 1 : 3))],
        up: INSTANCE_NAMES.map((instance) => course({ instance }, 300, (ago) => (instance === first && ago < 10 ? 0 : 1))),
      },
    }),
  given_up: () =>
    createWorld({
      alerts: alert('InventoryInstanceFatal', 'the process manager has given up on 1 instances'),
      instances: { instances: dead('fatal'), load_balancer: { backends: INSTANCE_NAMES.slice(1).map((name) => `http://${name}`) } },
    }),
  no_instance: () =>
    createWorld({
      alerts: alert('InventoryAbsent', 'no instance of inventory is known to Prometheus'),
      rate: errorRate(null),
      instances: { instances: [], load_balancer: { backends: [] } },
      metrics: { up: [], restarts: [], memory: [] },
    }),
  computing: () =>
    createWorld({
      alerts: [...LATENCY, ...alert('InventoryHighCpu', 'the instances of inventory together use 280% of a core', 'warning')],
      metrics: {
        ...slow,
        cpu: onEach(600, (ago) => (ago > 80 ? 0.06 : 0.95)),
        lag: onEach(300, (ago) => (ago > 80 ? 0.011 : 0.4)),
      },
    }),
  surge: () =>
    createWorld({
      alerts: alert('InventoryHighCpu', 'the instances of inventory together use 280% of a core', 'warning'),
      metrics: { ...slow, cpu: onEach(600, (ago) => (ago > 80 ? 0.06 : 0.95)), traffic: [course({}, 600, (ago) => (ago > 80 ? 20 : 320))] },
    }),
  leak: () => {
    const grown = (ago: number) => 95e6 + (600 - ago) * 400_000
    return createWorld({
      alerts: alert('InventoryHighMemory', `${second} holds 310MiB of memory`, 'warning'),
      metrics: {
        memory: onOne(second, 600, grown, 95e6),
        memory_closely: onOne(second, 60, grown, 95e6),
        heap: onOne(second, 600, (ago) => grown(ago) - 60e6, 30e6),
      },
    })
  },
  all_well: () => createWorld(),
}

/** The file of the incident that has one. */
export const KNOWN_FILE = FILE
