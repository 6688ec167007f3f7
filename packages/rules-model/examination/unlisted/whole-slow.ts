import { course, phases, present } from '../../test-parts/simulated-metrics.ts'
import { runningInstance } from '../../test-parts/simulated-world.ts'
import type { Scene } from '../scene.ts'
import { ago, alertOf, backends, between, logged, p95, perInstance, type Setting, since, slowAlert } from '../setting.ts'
import { everywhere, routesAt } from './shown-readings.ts'
import { COVERED, group, table, wholeShop } from './whole-shop.ts'

const slow = (at: Setting, seconds: number) => ({
  p95: p95(at, seconds),
  p95_by_route: routesAt(at, [seconds, 0.9 * seconds, 1.1 * seconds]),
  mean_by_instance: at.instances.map((instance) => present({ instance }, 0.6 * seconds)),
})
const slowRule = (at: Setting, seconds: number) => ({
  expression: `histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket{job="${at.service}"}[1m]))) > 0.5`,
  threshold: '> 0.5',
  course: [course({}, 360, since(at, seconds, 0.02))],
})
const read = (seconds: number) => ({ ...COVERED, window_seconds: seconds, database: 'shop' })
const session = (pid: number, changed: object) => ({
  ...{ pid, user: 'shop', application: 'shop', client: '10.1.4.2', state: 'active', statement_seconds: 0.8, transaction_seconds: 0.8 },
  ...{ waits_for: null, statement: 'SELECT * FROM items WHERE id = ?' },
  ...changed,
})

/** What makes all slow, as figures and sessions show it. */
export const WHOLE_SLOW: readonly Scene[] = [
  {
    id: 'one customer sends orders of megabytes',
    play(at) {
      const p = between(at, 0.9, 1.6)
      return {
        world: wholeShop(at, {
          alerts: [slowAlert(at)],
          rule: slowRule(at, p),
          metrics: {
            p95: p95(at, p),
            p95_by_route: routesAt(at, [0.3, 0.28, p]),
            mean_by_instance: at.instances.map((instance) => present({ instance }, 0.2 * p)),
            cpu: everywhere(at, 600, 0.62, 0.06),
            lag: everywhere(at, 300, 0.42, 0.011),
            heap: perInstance(at, 600, (seconds) => (seconds > at.began ? 30e6 : 40e6 + ((seconds * 13) % 11) * 9e6), 30e6),
            memory: perInstance(at, 600, (seconds) => (seconds > at.began ? 95e6 : 120e6 + ((seconds * 13) % 11) * 8e6), 95e6),
            phases: phases({ self: 0.14, queue: 0.06 }),
          },
        }),
        truth: { causes: ['event_loop_blocked', 'cpu_saturation'] },
      }
    },
  },
  {
    id: 'a report of every hour that overlaps itself',
    play(at) {
      const p = between(at, 0.7, 1.4)
      const reports = [5_420, 5_631, 5_777].map((pid, index) =>
        session(pid, {
          ...{ user: 'reporting', application: 'hourly-report', client: '10.1.9.3', statement_seconds: 3_600 * index + at.began + 5 },
          ...{ transaction_seconds: 3_600 * index + at.began + 5, waits_for: 'IO:DataFileRead' },
          statement: 'SELECT customer, sum(price) FROM reservations r JOIN items i ON i.id = r.item_id GROUP BY customer ORDER BY ?',
        }),
      )
      return {
        world: wholeShop(at, {
          alerts: [slowAlert(at)],
          rule: slowRule(at, p),
          metrics: { ...slow(at, p), phases: phases({ db: 0.6 * p }), pool_in_use: everywhere(at, 120, 7, 1) },
          looks: {
            get_active_connections: {
              ...{ ...COVERED, database: 'shop', sessions: 4 * at.instances.length + 3, longest: reports },
              groups: [
                group({
                  user: 'reporting',
                  application: 'hourly-report',
                  client: '10.1.9.3',
                  sessions: 3,
                  longest_seconds: 7_260,
                  waits_for: 'IO:DataFileRead',
                }),
                group({ application: at.service, sessions: 4 * at.instances.length, longest_seconds: 0.9, waits_for: 'IO:DataFileRead' }),
              ],
            },
          },
        }),
        truth: { causes: ['dependency_slow', 'slow_query'] },
      }
    },
  },
  {
    id: 'a pool that is too small for two and a half times the customers',
    play: (at) => ({
      world: wholeShop(at, {
        failing: { share: between(at, 0.08, 0.2), status: '503' },
        alerts: [alertOf(at, 'ErrorBurst', 'many requests fail'), slowAlert(at)],
        log: logged(at, { message: 'timeout exceeded when trying to connect', error: 'Error', status: 503 }),
        metrics: {
          ...slow(at, 1.2),
          traffic: [course({}, 600, since(at, 2.5 * at.rps, at.rps))],
          balancer_traffic: [course({}, 600, since(at, 2.5 * at.rps, at.rps))],
          phases: phases({ db: between(at, 0.4, 0.9) }),
          pool_in_use: at.instances.map((instance) => course({ instance }, 120, (seconds) => (seconds > at.began ? 2 : 10))),
          pool_waiting: everywhere(at, 60, between(at, 12, 40), 0),
          cpu: everywhere(at, 600, 0.17, 0.06),
        },
        looks: {
          get_active_connections: {
            ...{ ...COVERED, database: 'shop', sessions: 10 * at.instances.length, longest: [] },
            groups: [group({ application: at.service, sessions: 10 * at.instances.length, longest_seconds: 0.02 })],
          },
        },
      }),
      truth: { causes: ['traffic_surge', 'connections_exhausted'] },
    }),
  },
  {
    id: 'all instances were started anew and know nothing yet',
    play(at) {
      const started = ago(at.began + 8)
      return {
        world: wholeShop(at, {
          alerts: [slowAlert(at)],
          rule: slowRule(at, 0.8),
          instances: {
            instances: at.instances.map((name) =>
              runningInstance(name, {
                started_at: started,
                exits: [{ at: started, code: 0, signal: null, uptime_seconds: 90_000, expected: true }],
              }),
            ),
            load_balancer: backends(at.instances),
          },
          changes: [
            {
              at: started,
              what: 'stopped',
              by: 'POST /restart by ines',
              ports: at.instances.map((name) => Number(name.split(':')[1])),
              from: null,
              to: null,
              release: null,
            },
          ],
          metrics: { ...slow(at, 0.8), phases: phases({ db: between(at, 0.3, 0.5) }), pool_in_use: everywhere(at, 120, 6, 1) },
          looks: {
            get_active_connections: {
              ...{ ...COVERED, database: 'shop', sessions: 6 * at.instances.length, longest: [] },
              groups: [group({ application: at.service, sessions: 6 * at.instances.length, longest_seconds: 0.3 })],
            },
          },
        }),
        truth: { causes: ['dependency_slow', 'slow_query', 'unknown'], says: /start|restart|\bdb\b|database/ },
      }
    },
  },
  {
    id: 'a backup takes the disk of the database',
    play(at) {
      const p = between(at, 0.8, 2)
      return {
        world: wholeShop(at, {
          alerts: [slowAlert(at)],
          rule: slowRule(at, p),
          metrics: { ...slow(at, p), phases: phases({ db: 0.6 * p }), pool_in_use: everywhere(at, 120, 8, 1) },
          looks: {
            check_connection: { ...COVERED, database: 'shop', reachable: true, milliseconds: 412.5 },
            get_active_connections: {
              ...{ ...COVERED, database: 'shop', sessions: 8 * at.instances.length + 1 },
              groups: [
                group({ application: at.service, sessions: 8 * at.instances.length, longest_seconds: 1.4, waits_for: 'IO:DataFileRead' }),
                group({
                  user: 'postgres',
                  application: 'pg_basebackup',
                  client: '10.1.9.8',
                  sessions: 1,
                  longest_seconds: at.began + 9,
                  waits_for: 'IO:BasebackupRead',
                }),
              ],
              longest: [
                session(771, {
                  user: 'postgres',
                  application: 'pg_basebackup',
                  client: '10.1.9.8',
                  statement_seconds: at.began + 9,
                  statement: 'BASE_BACKUP',
                }),
              ],
            },
          },
        }),
        truth: { causes: ['dependency_slow', 'slow_query'] },
      }
    },
  },
  {
    id: 'a partner is far away from one instance only',
    play(at) {
      const [far = ''] = at.instances
      return {
        world: wholeShop(at, {
          alerts: [alertOf(at, 'InstanceSlow', `${far} takes 900ms on average`, { severity: 'warning', labels: { instance: far } })],
          rule: slowRule(at, 0.9),
          metrics: {
            p95: p95(at, 0.9),
            p95_by_route: routesAt(at, [0.02, 0.02, 2.2]),
            mean_by_instance: at.instances.map((instance) => present({ instance }, instance === far ? 0.9 : 0.013)),
            phases: phases({ outbound: 0.3 }),
          },
        }),
        truth: { causes: ['network_partial', 'dependency_slow', 'bad_instance'], instances: [far] },
      }
    },
  },
  {
    id: 'rows that nobody cleans away',
    play(at) {
      const p = between(at, 0.7, 1.5)
      return {
        world: wholeShop(at, {
          alerts: [slowAlert(at)],
          rule: slowRule(at, p),
          metrics: {
            p95: p95(at, p),
            p95_by_route: routesAt(at, [0.02, p, 0.03]),
            mean_by_instance: at.instances.map((instance) => present({ instance }, 0.4 * p)),
            phases: phases({ db: 0.4 * p }),
            pool_in_use: everywhere(at, 120, 6, 1),
          },
          looks: {
            get_table_stats: {
              ...read(5),
              tables: [
                table(at, {
                  rows: 52_000,
                  dead_rows: 9_400_000,
                  size_bytes: 3_800_000_000,
                  whole_reads_per_second: at.rps / 4,
                  rows_read_whole_per_second: 13_000 * at.rps,
                  last_vacuum: null,
                  hint: `items is read whole ${at.rps / 4} times a second, 52000 rows each time: an index seems to be missing for what is looked up in it.`,
                }),
              ],
            },
            get_active_connections: {
              ...{ ...COVERED, database: 'shop', sessions: 6 * at.instances.length },
              groups: [
                group({ application: at.service, sessions: 6 * at.instances.length, longest_seconds: 1.2, waits_for: 'IO:DataFileRead' }),
              ],
              longest: [
                session(4_411, {
                  application: at.service,
                  statement_seconds: 1.1,
                  statement: 'SELECT id, name, price FROM items ORDER BY name LIMIT ?',
                }),
              ],
            },
          },
        }),
        truth: { causes: ['slow_query', 'dependency_slow'] },
      }
    },
  },
]
