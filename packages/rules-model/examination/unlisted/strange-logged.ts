import { course, present } from '../../test-parts/simulated-metrics.ts'
import { logEntry, runningInstance } from '../../test-parts/simulated-world.ts'
import { ago, backends, p95, perInstance, since } from '../setting.ts'
import { everywhere, routesAt } from './shown-readings.ts'
import { sqlCode, type WholeLogged } from './whole-logged.ts'
import { COVERED, group } from './whole-shop.ts'

/** What a shop logs of its database and of itself, in the words of its libraries. */
export const STRANGE_LOGGED: WholeLogged[] = [
  {
    id: 'a table was altered under prepared statements',
    causes: ['schema_mismatch'],
    entry: { message: 'cached plan must not change result type', code: '0A000', error: 'error' },
    more: (at) => ({ metrics: sqlCode(at, '0A000') }),
  },
  {
    id: 'nobody made the partition of the new month',
    causes: ['schema_mismatch', 'bad_data'],
    entry: { message: 'no partition of relation "orders" found for row', code: '23514', error: 'DatabaseError' },
    writes: true,
    share: [0.97, 1],
    more: (at) => ({ metrics: sqlCode(at, '23514') }),
  },
  {
    id: 'a handler keeps its transaction open while it waits for a partner',
    causes: ['pool_leak', 'connections_exhausted'],
    entry: {
      message:
        '\nInvalid `prisma.order.findMany()` invocation:\n\n\nTimed out fetching a new connection from the connection pool. More info: http://pris.ly/d/connection-pool (Current connection pool timeout: 10, connection limit: 10)',
      code: 'P2024',
      error: 'PrismaClientKnownRequestError',
    },
    status: 500,
    more: (at) => ({
      metrics: { pool_in_use: everywhere(at, 120, 10, 2), pool_waiting: everywhere(at, 60, 18, 0) },
      looks: {
        get_active_connections: {
          ...{ ...COVERED, database: 'shop', sessions: 10 * at.instances.length, longest: [] },
          groups: [
            group({
              ...{ application: at.service, state: 'idle in transaction', sessions: 10 * at.instances.length },
              ...{ longest_seconds: at.began + 2, waits_for: 'Client:ClientRead', quiet: 10 * at.instances.length },
            }),
          ],
        },
      },
    }),
  },
  {
    id: 'a column that must be filled before the code fills it',
    causes: ['schema_mismatch', 'bad_data'],
    entry: {
      message: 'null value in column "channel" of relation "orders" violates not-null constraint',
      code: '23502',
      error: 'error',
    },
    writes: true,
    share: [0.97, 1],
    more: (at) => ({ metrics: sqlCode(at, '23502') }),
  },
  {
    id: 'invoices too large for their worker',
    causes: ['out_of_memory', 'resource_exhausted'],
    entry: {
      message: 'Worker terminated due to reaching memory limit: JS heap out of memory',
      code: 'ERR_WORKER_OUT_OF_MEMORY',
      error: 'Error',
    },
    writes: true,
    share: [0.1, 0.3],
  },
  {
    id: 'a new machine in a network that the database does not know',
    causes: ['database_refuses_login', 'bad_configuration'],
    entry: {
      message: 'no pg_hba.conf entry for host "10.9.3.17", user "shop", database "shop", no encryption',
      code: '28000',
      error: 'error',
    },
    status: 503,
    on: 1,
    more: (at) => ({
      instances: {
        instances: at.instances.map((name, index) => runningInstance(name, index === 0 ? { started_at: ago(at.began + 9) } : {})),
        load_balancer: backends(at.instances),
      },
      metrics: {
        database_errors: [present({ code: '28000' }, at.rps / at.instances.length)],
        database_up: perInstance(at, 300, since(at, 0, 1), 1, at.instances.slice(0, 1)),
      },
    }),
  },
  {
    id: 'one instance fails fast and draws the traffic',
    causes: ['bad_instance', 'bad_configuration'],
    entry: { message: "ENOENT: no such file or directory, open '/app/config/prices.json'", code: 'ENOENT' },
    share: [0.95, 1],
    on: 1,
    more: (at) => ({
      metrics: {
        served_by_instance: at.instances.map((instance, index) =>
          present({ instance }, index === 0 ? at.rps * 0.8 : (at.rps * 0.2) / (at.instances.length - 1)),
        ),
        mean_by_instance: at.instances.map((instance, index) => present({ instance }, index === 0 ? 0.001 : 0.013)),
      },
    }),
  },
  {
    id: 'a text too long for its index',
    causes: ['bad_data', 'schema_mismatch'],
    entry: {
      message: 'index row size 3312 exceeds btree version 4 maximum 2704 for index "orders_note_idx"',
      code: '54000',
      error: 'error',
    },
    writes: true,
    share: [0.06, 0.12],
    more: (at) => ({ metrics: sqlCode(at, '54000') }),
  },
  {
    id: 'the import of another team takes all slots of the database',
    causes: ['connections_exhausted'],
    entry: {
      message: 'remaining connection slots are reserved for roles with the SUPERUSER attribute',
      code: '53300',
      error: 'error',
    },
    status: 503,
    more: (at) => ({
      metrics: { database_errors: [present({ code: '53300' }, at.rps / 3)], database_up: perInstance(at, 300, since(at, 0, 1), 1) },
      looks: {
        get_connection_stats: {
          ...{ ...COVERED, database: 'shop', max_connections: 100, reserved: 5, used: 95, free: 0 },
          by_state: [{ state: 'idle', sessions: 88 }],
          by_client: [
            { user: 'import', application: 'catalogue-import', client: '10.1.9.44', sessions: 84, idle: 80 },
            { user: 'shop', application: at.service, client: '10.1.4.2', sessions: 11, idle: 8 },
          ],
        },
      },
    }),
  },
  {
    id: 'four times the customers, and an old error that was always there',
    causes: ['traffic_surge'],
    entry: { message: '' },
    more: (at) => ({
      failing: { share: 0.12, status: '503' },
      log: Array.from({ length: 40 }, (_, index) =>
        logEntry(3 + index * 15, {
          message: 'connect ECONNREFUSED 10.0.8.1:8125',
          code: 'ECONNREFUSED',
          error: 'StatsdError',
          status: 200,
          instance: at.instances[index % at.instances.length] ?? '',
        }),
      ),
      metrics: {
        traffic: [course({}, 600, since(at, 4.2 * at.rps, at.rps))],
        balancer_traffic: [course({}, 600, since(at, 4.2 * at.rps, at.rps))],
        cpu: everywhere(at, 600, 0.96, 0.2),
        lag: everywhere(at, 300, 0.3, 0.011),
        p95: p95(at, 1.1),
        p95_by_route: routesAt(at, [1, 1.1, 1.1]),
        mean_by_instance: at.instances.map((instance) => present({ instance }, 0.5)),
      },
    }),
  },
]
