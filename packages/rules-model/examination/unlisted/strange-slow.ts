import { course, phases, present } from '../../test-parts/simulated-metrics.ts'
import { logEntry } from '../../test-parts/simulated-world.ts'
import type { Scene } from '../scene.ts'
import { ago, alertOf, between, logged, p95, perInstance, type Setting, since, slowAlert } from '../setting.ts'
import { everywhere, routesAt } from './shown-readings.ts'
import { setting } from './whole-logged.ts'
import { COVERED, group, table, wholeShop } from './whole-shop.ts'

export const slowRule = (at: Setting, seconds: number) => ({
  expression: `histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket{job="${at.service}"}[1m]))) > 0.5`,
  threshold: '> 0.5',
  course: [course({}, 360, since(at, seconds, 0.02))],
})
/** The seconds of each route, the mean of each instance. */
const slow = (at: Setting, routes: number[], mean: number) => ({
  p95: p95(at, Math.max(...routes)),
  p95_by_route: routesAt(at, routes),
  mean_by_instance: at.instances.map((instance) => present({ instance }, mean)),
})
/** Only what writes is slow. */
const slowWrites = (at: Setting, seconds: number) => slow(at, [0.02, 0.02, seconds], seconds / 4)
const holder = (pid: number, changed: object) => ({
  ...{ pid, began: ago(2_000), user: 'shop', client: '10.1.9.5', state: 'active', state_seconds: 70, transaction_seconds: 70, blocks: 9 },
  ...changed,
})
const sessions = (at: Setting, count: number, waits_for: string | null, seconds: number) => ({
  ...{ ...COVERED, database: 'shop', sessions: count * at.instances.length, longest: [] },
  groups: [group({ application: at.service, sessions: count * at.instances.length, longest_seconds: seconds, waits_for })],
})

/** What makes a shop slow. */
export const STRANGE_SLOW: readonly Scene[] = [
  {
    id: 'an index is built while the shop is open',
    play: (at) => ({
      world: wholeShop(at, {
        alerts: [slowAlert(at)],
        rule: slowRule(at, 3.1),
        metrics: { ...slowWrites(at, 3.1), phases: phases({ db: 0.8 }), pool_in_use: everywhere(at, 120, 8, 2) },
        looks: {
          get_lock_info: {
            ...{ ...COVERED, database: 'shop', waiting: 9 },
            roots: [
              holder(4_120, {
                ...{ application: 'psql', state_seconds: at.began + 3, transaction_seconds: at.began + 3 },
                ...{ statement: 'CREATE INDEX items_name_lower ON items (lower(name))', holds: ['ShareLock on items'] },
              }),
            ],
            waits: [4_201, 4_202].map((pid) => ({
              ...{ pid, application: at.service, waits_for_pids: [4_120], seconds: 2.4, lock: 'RowExclusiveLock on items' },
              statement: 'UPDATE items SET stock = stock - ? WHERE id = ?',
            })),
          },
        },
      }),
      truth: { causes: ['lock_contention'] },
    }),
  },
  {
    id: 'an ALTER TABLE waits behind a vacuum, and all wait behind it',
    play: (at) => ({
      world: wholeShop(at, {
        failing: { share: between(at, 0.3, 0.6), status: '503' },
        alerts: [alertOf(at, 'ErrorBurst', 'many requests fail'), slowAlert(at)],
        log: logged(at, { message: 'canceling statement due to statement timeout', code: '57014', error: 'error', status: 503 }),
        metrics: {
          ...slow(at, [2, 2.1, 2], 1.4),
          phases: phases({ db: 1.3 }),
          pool_in_use: everywhere(at, 120, 10, 2),
          database_errors: [present({ code: '57014' }, at.rps / 4)],
        },
        looks: {
          get_lock_info: {
            ...{ ...COVERED, database: 'shop', waiting: 14 },
            roots: [
              holder(311, {
                ...{ application: '', user: '', state_seconds: 5_400, transaction_seconds: 5_400, blocks: 14 },
                ...{ statement: 'autovacuum: VACUUM public.items (to prevent wraparound)', holds: ['ShareUpdateExclusiveLock on items'] },
              }),
            ],
            waits: [
              ...[{ pid: 907, application: 'migrate', waits_for_pids: [311], seconds: at.began + 2, lock: 'AccessExclusiveLock on items' }],
              ...[915, 916].map((pid) => ({
                ...{ pid, application: at.service, waits_for_pids: [907], seconds: 1.8, lock: 'AccessShareLock on items' },
              })),
            ].map((wait) => ({
              ...wait,
              statement: wait.pid === 907 ? 'ALTER TABLE items ADD COLUMN channel text' : 'SELECT * FROM items WHERE id = ?',
            })),
          },
        },
      }),
      truth: { causes: ['lock_contention'] },
    }),
  },
  {
    id: 'the log of the database waits for its disk at each checkpoint',
    play: (at) => {
      const p = between(at, 0.8, 1.5)
      return {
        world: wholeShop(at, {
          alerts: [slowAlert(at)],
          rule: slowRule(at, p),
          metrics: { ...slowWrites(at, p), phases: phases({ db: 0.4 * p }), pool_in_use: everywhere(at, 120, 6, 2) },
          looks: { get_active_connections: sessions(at, 6, 'IO:WalSync', 0.9) },
        }),
        truth: { causes: ['dependency_slow', 'slow_query'] },
      }
    },
  },
  {
    id: 'commits wait for a standby that is gone',
    play: (at) => ({
      world: wholeShop(at, {
        failing: { share: between(at, 0.8, 1), routes: at.routes.slice(-1), status: '503' },
        alerts: [alertOf(at, 'ErrorBurst', `many requests to ${at.routes[2]} fail`, { labels: { route: at.routes[2] ?? '' } })],
        log: logged(
          at,
          { message: 'Query read timeout', error: 'Error', status: 503, method: 'POST' },
          { routes: at.routes.slice(-1), count: 14 },
        ),
        metrics: { ...slowWrites(at, 5), phases: phases({ db: 1.6 }), pool_in_use: everywhere(at, 120, 9, 2) },
        looks: {
          get_active_connections: sessions(at, 8, 'IPC:SyncRep', at.began),
          get_replication_status: { ...COVERED, database: 'shop', in_recovery: false, replicas: [], slots: [] },
        },
      }),
      truth: { causes: ['dependency_slow', 'dependency_down', 'unknown'], says: /SyncRep/ },
    }),
  },
  {
    id: 'connections are no longer kept open',
    play: (at) => ({
      world: wholeShop(at, {
        alerts: [slowAlert(at)],
        rule: slowRule(at, 0.8),
        changes: [setting(at, 'KEEP_ALIVE', 'on', 'off')],
        metrics: {
          ...slow(at, [0.7, 0.8, 0.8], 0.4),
          cpu: everywhere(at, 600, 0.94, 0.3),
          lag: everywhere(at, 300, 0.21, 0.011),
          lag_median: everywhere(at, 300, 0.07, 0.0102),
          phases: phases({ queue: 0.3, self: 0.06 }),
        },
      }),
      truth: { causes: ['bad_configuration', 'cpu_saturation'] },
    }),
  },
  {
    id: 'a partner browns out, and everybody tries again',
    play: (at) => ({
      world: wholeShop(at, {
        alerts: [slowAlert(at), alertOf(at, 'ErrorBurst', 'many requests fail')],
        rule: slowRule(at, 4.8),
        failing: { share: 0.3, routes: at.routes.slice(-1), status: '504' },
        log: logged(
          at,
          { message: 'Headers Timeout Error', code: 'UND_ERR_HEADERS_TIMEOUT', error: 'HeadersTimeoutError', status: 504, method: 'POST' },
          { routes: at.routes.slice(-1) },
        ),
        metrics: {
          ...slow(at, [0.02, 0.02, 4.8], 0.9),
          phases: phases({ outbound: 1.9 }),
          traffic: [course({}, 600, (seconds) => (seconds > at.began - 20 ? at.rps : 2.6 * at.rps))],
          balancer_traffic: [course({}, 600, (seconds) => (seconds > at.began - 20 ? at.rps : 1.6 * at.rps))],
          retries: [course({}, 300, (seconds) => (seconds > at.began - 20 ? 0.001 : 0.4))],
        },
      }),
      truth: { causes: ['dependency_slow', 'retry_storm'] },
    }),
  },
  {
    id: 'a job at the full minute on one instance',
    play(setting) {
      const at = { ...setting, began: 80 } // 11:59:00.
      const [busy = ''] = at.instances
      const only = (range: number, now: number, before: number) => perInstance(at, range, since(at, now, before), before, [busy])
      return {
        world: wholeShop(at, {
          alerts: [alertOf(at, 'InstanceSlow', `${busy} takes 800ms on average`, { severity: 'warning', labels: { instance: busy } })],
          rule: slowRule(at, 0.8),
          metrics: {
            ...slow(at, [0.6, 0.7, 0.7], 0.012),
            mean_by_instance: at.instances.map((instance) => present({ instance }, instance === busy ? 0.8 : 0.012)),
            cpu: only(600, 0.99, 0.06),
            lag: only(300, 0.9, 0.011),
            lag_median: only(300, 0.3, 0.0102),
          },
        }),
        truth: { causes: ['cpu_saturation', 'event_loop_blocked', 'bad_instance'], instances: [busy] },
      }
    },
  },
  {
    id: 'a flag turns on a search that reads whole tables',
    play: (at) => ({
      world: wholeShop(at, {
        alerts: [slowAlert(at)],
        rule: slowRule(at, 1.9),
        changes: [setting(at, 'SEARCH_FUZZY', 'off', 'on')],
        metrics: { ...slow(at, [0.02, 1.9, 0.03], 0.6), phases: phases({ db: 0.6 }), pool_in_use: everywhere(at, 120, 6, 2) },
        looks: {
          get_table_stats: {
            ...{ ...COVERED, window_seconds: 5, database: 'shop' },
            tables: [
              table(at, {
                ...{ rows: 480_000, whole_reads_per_second: at.rps / 3, rows_read_whole_per_second: 160_000 * at.rps },
                statements: ['SELECT id, name FROM items WHERE name ILIKE ? LIMIT ?'],
                hint: `items is read whole ${Math.round(at.rps / 3)} times a second, 480000 rows each time: an index seems to be missing for what is looked up in it.`,
              }),
            ],
          },
          get_active_connections: sessions(at, 6, null, 1.7),
        },
      }),
      truth: { causes: ['slow_query', 'bad_configuration'] },
    }),
  },
  {
    id: 'the database was upgraded and has no statistics yet',
    play: (at) => ({
      world: wholeShop(at, {
        alerts: [slowAlert(at)],
        rule: slowRule(at, 1.4),
        metrics: { ...slow(at, [1.4, 1.2, 1.3], 0.8), phases: phases({ db: 0.7 }), pool_in_use: everywhere(at, 120, 9, 2) },
        looks: {
          get_database_info: {
            ...{ ...COVERED, database: 'shop', version: '17.2', started_at: ago(at.began + 20), uptime_seconds: at.began + 20 },
            ...{ size_bytes: 48_000_000, in_recovery: false, max_connections: 100 },
          },
          get_table_stats: {
            ...{ ...COVERED, window_seconds: 5, database: 'shop' },
            tables: [
              table(at, {
                ...{ rows: 0, dead_rows: 0, size_bytes: 900_000_000, last_vacuum: null, index_reads_per_second: 0 },
                ...{ whole_reads_per_second: at.rps, rows_read_whole_per_second: 900_000 * at.rps },
                statements: ['SELECT * FROM items i JOIN reservations r ON r.item_id = i.id WHERE i.id = ?'],
              }),
            ],
          },
          get_active_connections: sessions(at, 9, 'IO:DataFileRead', 1.2),
        },
      }),
      truth: { causes: ['slow_query', 'dependency_slow'] },
    }),
  },
  {
    id: 'the store of the sessions is slow, and somebody touched the balancer',
    play: (at) => ({
      world: wholeShop(at, {
        alerts: [slowAlert(at)],
        rule: slowRule(at, 0.9),
        changes: [
          {
            ...{ at: ago(at.began + 140), what: 'setting_changed load-balancer policy', by: 'POST /settings by dana', ports: [] },
            ...{ from: 'least_requests', to: 'round_robin', release: null },
          },
        ],
        metrics: { ...slow(at, [0.8, 0.9, 0.9], 0.5), phases: phases({ outbound: 0.45 }) },
      }),
      truth: { causes: ['dependency_slow'] },
    }),
  },
  {
    id: 'lookups of a name that take five seconds now and then',
    play: (at) => ({
      world: wholeShop(at, {
        alerts: [slowAlert(at)],
        rule: slowRule(at, 5),
        metrics: { ...slow(at, [0.02, 0.02, 5.02], 0.13), phases: phases({ outbound: 0.36 }) },
        log: [logEntry(190, { message: 'deprecated: use v2 of the rates', error: 'Warning', status: 200 })],
      }),
      truth: { causes: ['dependency_slow', 'network_partial'] },
    }),
  },
  {
    id: 'slow, and nothing shows where',
    play: (at) => ({
      world: wholeShop(at, {
        alerts: [slowAlert(at)],
        rule: slowRule(at, 0.9),
        metrics: slow(at, [0.9, 0.8, 0.9], 0.5),
      }),
      truth: { causes: ['unknown'] },
    }),
  },
]
