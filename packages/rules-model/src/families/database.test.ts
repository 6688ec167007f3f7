import { describe, expect, test } from 'vitest'
import { investigate } from '../../test-parts/investigate.ts'
import { BURST, codes, errorsOf, onEach, ROUTES } from '../../test-parts/logged-errors.ts'
import { INSTANCE_NAMES } from '../../test-parts/scene.ts'
import { course, phases, present } from '../../test-parts/simulated-metrics.ts'
import { createWorld, errorRate, type World } from '../../test-parts/simulated-world.ts'

const [first = ''] = INSTANCE_NAMES

describe('a database that is gone', () => {
  const gone: Partial<World> = {
    alerts: [
      { alertname: 'InventoryDatabaseUnreachable', severity: 'critical', summary: '3 instances cannot reach their database' },
      ...BURST,
    ],
    log: [
      ...errorsOf('terminating connection due to administrator command', '57P01').slice(0, 5),
      ...errorsOf('connect ECONNREFUSED 127.0.0.1:15432', 'ECONNREFUSED').slice(5),
    ],
    rate: errorRate(0.95, { routes: ROUTES }),
  }

  test('is told as down, by the log, the probes and the error rate', () => {
    const { diagnosis } = investigate(
      createWorld({ ...gone, metrics: { database_up: onEach(300, (ago) => (ago > 40 ? 1 : 0)), database_errors: codes('ECONNREFUSED') } }),
    )
    expect(diagnosis).toMatchObject({
      status: 'diagnosed',
      cause: 'database_down',
      class: 'database',
      component: 'database',
      priority: 'critical',
    })
    expect(diagnosis.confidence).toBeGreaterThanOrEqual(0.85)
    expect(diagnosis.root_cause).toMatch(/database of inventory is down/)
    expect(diagnosis.root_cause).toContain('no instance’s probe reaches the database'.replace('n', 'N'))
    expect(diagnosis.affected_file).toBeUndefined()
  })

  test('is told as starting up where it says so', () => {
    const { diagnosis } = investigate(
      createWorld({
        ...gone,
        log: errorsOf('the database system is starting up', '57P03'),
        metrics: { database_up: onEach(300, () => 0) },
      }),
    )
    expect(diagnosis.root_cause).toContain('is starting up')
  })

  test('is told by the probes alone when the log cannot be read', () => {
    const fails = { code: 'upstream_unreachable', message: 'it cannot be reached', times: Number.POSITIVE_INFINITY }
    const { diagnosis } = investigate(
      createWorld({
        ...gone,
        broken: { fetch_logs: fails },
        metrics: { database_up: onEach(300, (ago) => (ago > 40 ? 1 : 0)), database_errors: codes('ECONNREFUSED') },
      }),
    )
    expect(diagnosis.component).toBe('database')
    expect(['diagnosed', 'suspected']).toContain(diagnosis.status)
  })

  test('is not claimed while it answers the probes: then connections break on the way', () => {
    const { diagnosis } = investigate(
      createWorld({ ...gone, alerts: BURST, log: errorsOf('Connection terminated unexpectedly', undefined) }),
    )
    expect(diagnosis.root_cause).toContain('to the item store is being lost')
    expect(diagnosis.root_cause).toContain('the database answers the probes of all instances'.replace('t', 'T'))
    expect(diagnosis.alternatives?.join(' ')).toMatch(/The database is down.*answers the probes/)
  })

  test('that is back is recovered', () => {
    const { diagnosis } = investigate(
      createWorld({
        ...gone,
        log: (gone.log ?? []).map((entry) => ({ ...entry, ts: new Date(Date.parse(entry.ts) - 20_000).toJSON() })),
        rate: errorRate(0.5, { newest: 0, routes: ROUTES }),
        metrics: { database_up: onEach(300, (ago) => (ago > 80 || ago < 20 ? 1 : 0)) },
      }),
    )
    expect(diagnosis.status).toBe('recovered')
    expect(diagnosis.root_cause).toContain('database')
  })
})

describe('a database without a free slot', () => {
  test.each(['sorry, too many clients already', 'remaining connection slots are reserved for roles with the SUPERUSER attribute'])(
    'that says "%s" is told so, and how many the shop itself holds',
    (message) => {
      const { diagnosis } = investigate(
        createWorld({
          alerts: BURST,
          log: errorsOf(message, '53300'),
          rate: errorRate(0.6, { routes: ROUTES }),
          metrics: {
            database_errors: codes('53300'),
            pool_connections: [present({}, 4)],
            database_up: onEach(300, (ago) => (ago > 40 ? 1 : 0)),
          },
        }),
      )
      expect(diagnosis).toMatchObject({ status: 'diagnosed', component: 'database' })
      expect(diagnosis.root_cause).toMatch(/no connection slot left/)
      expect(diagnosis.root_cause).toContain('together hold 4 connections')
      expect(diagnosis.next_steps.join(' ')).toContain('pg_stat_activity')
    },
  )
})

describe('a pool without a free connection', () => {
  const alerts = [{ alertname: 'InventoryPoolExhausted', severity: 'critical', summary: 'all 10 database connections are taken' }, ...BURST]
  const log = errorsOf('timeout exceeded when trying to connect', 'pool_timeout')
  const rate = errorRate(0.9, { routes: ROUTES })
  const full = { pool_waiting: onEach(60, (ago) => (ago > 40 ? 0 : 5)), database_errors: codes('pool_timeout') }
  const served = (each: number, others = each) =>
    INSTANCE_NAMES.map((instance) => present({ instance }, instance === first ? each : others))

  test('that filled one by one and never gave one back is told as a leak, while the database is well', () => {
    const pool_in_use = onEach(120, (ago) => Math.min(10, Math.max(1, Math.floor((100 - ago) / 6))))
    const { diagnosis } = investigate(createWorld({ alerts, log, rate, metrics: { ...full, pool_in_use, served_by_instance: served(0) } }))
    expect(diagnosis).toMatchObject({ status: 'diagnosed', cause: 'pool_leak', instances: INSTANCE_NAMES })
    expect(diagnosis.root_cause).toMatch(/leak in the code/)
    expect(diagnosis.root_cause).toContain('requests wait for one')
    expect(diagnosis.component).toContain('pool')
  })

  test('on one instance names it and those that are free', () => {
    const pool_in_use = INSTANCE_NAMES.map((instance) =>
      course({ instance }, 120, (ago) => (instance === first ? Math.min(10, Math.max(1, Math.floor((100 - ago) / 6))) : 1)),
    )
    const one = errorsOf('timeout exceeded when trying to connect', 'pool_timeout', { instances: [first] })
    const { diagnosis } = investigate(
      createWorld({
        alerts,
        log: one,
        rate: errorRate(0.3, { routes: ROUTES, instances: [first] }),
        metrics: { ...full, pool_in_use, served_by_instance: served(0.07, 6.6) },
      }),
    )
    expect(diagnosis.instances).toEqual([first])
    expect(diagnosis.root_cause).toContain('is not full')
  })

  test('on one instance that gets nothing done is a leak and no slow way to the database, which answers beside the pool', () => {
    const pool_in_use = INSTANCE_NAMES.map((instance) =>
      course({ instance }, 95, (ago) => (instance === first ? Math.min(10, Math.max(1, Math.floor((100 - ago) / 6))) : 1)),
    )
    const one = errorsOf('timeout exceeded when trying to connect', 'pool_timeout', { instances: [first] })
    const { diagnosis } = investigate(
      createWorld({
        alerts: [{ alertname: 'InventoryPoolExhausted', severity: 'critical', summary: 'all 10 database connections are taken' }],
        log: one,
        rate: errorRate(0.33, { routes: ROUTES, instances: [first] }),
        metrics: {
          ...full,
          pool_in_use,
          served_by_instance: served(0.07, 6.6),
          phases: phases({ db: 0.7 }),
          mean_by_instance: INSTANCE_NAMES.map((instance) => present({ instance }, instance === first ? 2 : 0.02)),
          p95_by_route: ROUTES.map((route) => present({ method: 'GET', route }, 2)),
        },
      }),
    )
    expect(diagnosis).toMatchObject({ cause: 'pool_leak', instances: [first] })
    expect(diagnosis.confidence).toBeGreaterThanOrEqual(0.7)
  })

  test('because the calls that have one take too long is no leak', () => {
    const slow = errorsOf('canceling statement due to statement timeout', '57014', { routes: ['/items'], status: 500 })
    const { diagnosis } = investigate(
      createWorld({
        alerts,
        log: [...log.slice(0, 10), ...slow.slice(10)],
        rate,
        metrics: {
          ...full,
          database_errors: [present({ code: '57014' }, 4), present({ code: 'pool_timeout' }, 2)],
          pool_in_use: onEach(120, (ago) => (ago > 40 ? 1 : 10)),
          served_by_instance: served(2.5),
          phases: phases({ db: 2.5 }),
          p95_by_route: [present({ method: 'GET', route: '/items' }, 5), present({ method: 'GET', route: '/items/:id' }, 0.4)],
        },
      }),
    )
    expect(diagnosis.root_cause).not.toMatch(/leak/)
    expect(diagnosis.root_cause).toContain('The query behind /items')
  })
})

test('a store that answers late fills the pool too, and is told by what still gets through', () => {
  const { diagnosis } = investigate(
    createWorld({
      alerts: [
        { alertname: 'InventoryHighLatency', severity: 'warning', summary: '95 % of the answers of inventory take up to 2.4s' },
        { alertname: 'InventoryPoolExhausted', severity: 'warning', summary: 'all 10 database connections are taken' },
      ],
      log: errorsOf('timeout exceeded when trying to connect', 'pool_timeout'),
      rate: errorRate(0.25, { routes: ROUTES }),
      metrics: {
        p95: [course({}, 300, (ago) => (ago > 60 ? 0.02 : 2.4))],
        p95_by_route: [present({ method: 'GET', route: '/items' }, 2.4), present({ method: 'GET', route: '/items/:id' }, 2.3)],
        mean_by_instance: INSTANCE_NAMES.map((instance) => present({ instance }, 2.4)),
        phases: phases({ db: 1.7 }),
        pool_in_use: onEach(120, (ago) => (ago > 60 ? 1 : 10)),
        pool_waiting: onEach(60, () => 5),
        served_by_instance: INSTANCE_NAMES.map((instance) => present({ instance }, 5)),
        database_errors: codes('pool_timeout'),
        traffic: [course({}, 600, (ago) => (ago > 200 ? 9 : 20))],
      },
    }),
  )
  expect(diagnosis.status).toBe('diagnosed')
  expect(diagnosis.root_cause).toContain('no single query')
  expect(diagnosis.root_cause).toMatch(/connections in the pool .* are taken/)
  expect(diagnosis.component).toBe('database')
  expect(diagnosis.root_cause).not.toMatch(/leak/)
  expect(diagnosis.alternatives?.join(' ')).toMatch(/not given back.*still answers requests/)
})

describe('writes that wait for a lock', () => {
  const routes = ['/items/:id/reservations', '/items/:id']
  const alerts = [
    { alertname: 'InventoryRouteFailing', severity: 'critical', summary: '100% of the requests to /items/:id/reservations fail' },
  ]

  test('until it times out are told so, and reads are spared', () => {
    const { diagnosis } = investigate(
      createWorld({
        alerts,
        log: errorsOf('canceling statement due to lock timeout', '55P03', { method: 'POST', routes, status: 500 }),
        rate: errorRate(0.15, { routes }),
        metrics: { database_errors: codes('55P03') },
      }),
    )
    expect(diagnosis).toMatchObject({ status: 'diagnosed', component: 'database' })
    expect(diagnosis.root_cause).toMatch(/another transaction holds locked/)
    expect(diagnosis.next_steps.join(' ')).toContain('idle in transaction')
  })

  test('until the statement times out are taken for a lock because no read is concerned, and it says that this is a guess', () => {
    const { diagnosis } = investigate(
      createWorld({
        alerts,
        log: errorsOf('canceling statement due to statement timeout', '57014', { method: 'PUT', routes, status: 500 }),
        rate: errorRate(0.15, { routes }),
        metrics: {
          database_errors: codes('57014'),
          p95_by_route: [present({ method: 'PUT', route: '/items/:id' }, 5), present({ method: 'GET', route: '/items/:id' }, 0.01)],
        },
      }),
    )
    expect(diagnosis.root_cause).toContain('No reading names a lock')
    expect(diagnosis.confidence).toBeLessThan(0.95)
  })
})

describe('one slow query', () => {
  const alerts = [{ alertname: 'InventoryRouteSlow', severity: 'warning', summary: '/items takes 300ms on average' }]
  const slow: World['metrics'] = {
    p95: [course({}, 300, (ago) => (ago > 80 ? 0.02 : 0.4))],
    p95_by_route: [present({ method: 'GET', route: '/items' }, 0.45), present({ method: 'GET', route: '/items/:id' }, 0.008)],
    phases: phases({ db: 0.06 }),
  }

  test('is told by its route and by the time that goes to the database', () => {
    const { diagnosis } = investigate(createWorld({ alerts, metrics: slow }))
    expect(diagnosis).toMatchObject({ status: 'diagnosed', cause: 'slow_query', component: 'database', routes: ['/items'] })
    expect(diagnosis.root_cause).toContain('GET /items takes up to 450 ms')
    expect(diagnosis.next_steps.join(' ')).toContain('EXPLAIN')
  })

  test('is not blamed where the time goes to a busy event loop', () => {
    const busy: World['metrics'] = {
      ...slow,
      phases: phases({ queue: 0.3, self: 0.15 }),
      cpu: onEach(600, (ago) => (ago > 80 ? 0.05 : 0.95)),
      lag: onEach(300, (ago) => (ago > 80 ? 0.011 : 0.4)),
    }
    const { diagnosis } = investigate(createWorld({ alerts, metrics: busy }))
    expect(diagnosis.root_cause).toContain('CPU-bound')
    expect(diagnosis.root_cause).toContain('computing or waiting for the event loop')
  })

  test('is not blamed where everything is slow, nor where one instance alone is', () => {
    const all = [present({ method: 'GET', route: '/items' }, 0.9), present({ method: 'GET', route: '/items/:id' }, 0.85)]
    const p95 = [course({}, 300, (ago) => (ago > 80 ? 0.02 : 0.9))]
    const everywhere = investigate(
      createWorld({ alerts, metrics: { ...slow, p95, p95_by_route: all, phases: phases({ db: 0.8 }) } }),
    ).diagnosis
    expect(everywhere.root_cause).toContain('no single query')
    expect(everywhere.component).toBe('database')
    const mean_by_instance = INSTANCE_NAMES.map((instance) => present({ instance }, instance === first ? 0.9 : 0.01))
    const one = investigate(
      createWorld({ alerts, metrics: { ...slow, p95, p95_by_route: all, mean_by_instance, phases: phases({ db: 0.3 }) } }),
    ).diagnosis
    expect(one.instances).toEqual([first])
    expect(one.root_cause).not.toContain('The query behind')
  })
})
