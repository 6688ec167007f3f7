import { course, phases, present } from '../../test-parts/simulated-metrics.ts'
import { runningInstance } from '../../test-parts/simulated-world.ts'
import type { Scene } from '../scene.ts'
import { ago, alertOf, backends, between, p95, perInstance, type Setting, since, slowAlert } from '../setting.ts'
import { everywhere, routesAt } from './shown-readings.ts'
import { slowRule } from './strange-slow.ts'
import { setting, type WholeLogged, wholeLoggedScene } from './whole-logged.ts'
import { COVERED, group, wholeShop } from './whole-shop.ts'

const unreached = (at: Setting) => perInstance(at, 300, since(at, 0, 1), 1)
const change = (at: Setting, changed: object) => ({
  ...{ at: ago(at.began + 4), by: 'POST by cron at 10.0.0.4', ports: [], from: null, to: null, release: null, what: '' },
  ...changed,
})
const pythonLines = (at: Setting, words: string) =>
  Array.from({ length: 24 }, (_, index) =>
    JSON.stringify({
      ...{ asctime: ago(1 + ((at.began - 1) * (24 - index)) / 24), levelname: 'ERROR', name: 'shop.views' },
      ...{ host: at.instances[index % at.instances.length], path: at.routes[index % 3], status: 500, message: words },
    }),
  )

const LOGGED: WholeLogged[] = [
  {
    id: 'the broker of the events does not answer',
    causes: ['dependency_down', 'network_partial', 'dependency_slow'],
    entry: { message: 'Connection timeout', error: 'KafkaJSConnectionError' },
    writes: true,
  },
  {
    id: 'a price of the payment provider that is no more',
    causes: ['bad_configuration', 'bad_data'],
    entry: { message: "No such price: 'price_1NxQpLbasic'", error: 'StripeInvalidRequestError' },
    writes: true,
    more: (at) => ({ changes: [setting(at, 'STRIPE_PRICE_ID', 'price_1NxQpLplus', 'price_1NxQpLbasic')] }),
  },
  {
    id: 'names of customers in a header',
    causes: ['bad_data', 'application_exception'],
    entry: {
      message: 'Invalid character in header content ["x-customer-name"]',
      code: 'ERR_INVALID_CHAR',
      error: 'TypeError',
      stack:
        'TypeError [ERR_INVALID_CHAR]: Invalid character in header content ["x-customer-name"]\n    at ServerResponse.setHeader (node:_http_outgoing:703:3)\n    at greet (/app/src/http/greet.js:12:9)',
    },
    share: [0.06, 0.12],
  },
  {
    id: 'the new release brings a Node that refuses an old cipher',
    causes: ['bad_release', 'bad_configuration'],
    entry: { message: 'error:0308010C:digital envelope routines::unsupported', code: 'ERR_OSSL_EVP_UNSUPPORTED', error: 'Error' },
    writes: true,
    share: [0.97, 1],
    more: (at) => ({
      changes: [
        change(at, {
          ...{ what: 'deploy_finished', by: 'POST /deploy by the pipeline', from: '0.1.0', release: '0.2.0' },
          ports: at.instances.map((name) => Number(name.split(':')[1])),
        }),
      ],
    }),
  },
  {
    id: 'the password of the database was left out of the settings',
    causes: ['bad_configuration', 'database_refuses_login'],
    entry: { message: 'SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string', error: 'Error' },
    status: 503,
    more: (at) => ({ changes: [setting(at, 'PGPASSWORD', '[hidden]', '')], metrics: { database_up: unreached(at) } }),
  },
  {
    id: 'the database has a certificate of a new authority',
    causes: ['bad_configuration'],
    entry: { message: 'self-signed certificate in certificate chain', code: 'SELF_SIGNED_CERT_IN_CHAIN' },
    status: 503,
    more: (at) => ({ metrics: { database_up: unreached(at), database_errors: [present({ code: 'SELF_SIGNED_CERT_IN_CHAIN' }, 3)] } }),
  },
  {
    id: 'the pooler speaks no TLS',
    causes: ['bad_configuration'],
    entry: { message: 'The server does not support SSL connections', error: 'Error' },
    status: 503,
    more: (at) => ({ changes: [setting(at, 'DATABASE_PORT', '5432', '6432')], metrics: { database_up: unreached(at) } }),
  },
  {
    id: 'nobody reaches the database, not even the agent',
    causes: ['database_down', 'network_partial'],
    entry: { message: 'write CONNECT_TIMEOUT db.internal:5432', code: 'CONNECT_TIMEOUT' },
    status: 503,
    more: (at) => ({
      metrics: { database_up: unreached(at), database_errors: [present({ code: 'CONNECT_TIMEOUT' }, 2)] },
      looks: {
        check_connection: {
          ...{ ...COVERED, database: 'shop', reachable: false, milliseconds: 5_001 },
          error: { code: 'ETIMEDOUT', message: 'connect ETIMEDOUT 10.0.5.2:5432' },
        },
      },
    }),
  },
  {
    id: 'a Python shop with a small pool and a campaign',
    causes: ['traffic_surge', 'connections_exhausted'],
    entry: { message: '' },
    more: (at) => ({
      log: [],
      rawLog: pythonLines(at, 'QueuePool limit of size 5 overflow 10 reached, connection timed out, timeout 30.00'),
      metrics: {
        traffic: [course({}, 600, since(at, 3.2 * at.rps, at.rps))],
        balancer_traffic: [course({}, 600, since(at, 3.2 * at.rps, at.rps))],
        ...{ phases: [], pool_in_use: [], pool_waiting: [], pool_size: [], pool_connections: [], lag: [], lag_median: [] },
        cpu: everywhere(at, 600, 0.2, 0.07),
      },
    }),
  },
]

const SHOWN: Scene[] = [
  {
    id: 'a timer scales to one instance for the night, at noon',
    play: (at) => ({
      world: wholeShop(at, {
        alerts: [slowAlert(at)],
        rule: slowRule(at, 0.9),
        changes: [change(at, { what: 'scaled', by: 'POST /scale by cron at 10.0.0.4', from: String(at.instances.length), to: '1' })],
        instances: {
          instances: at.instances.slice(0, 1).map((name) => runningInstance(name)),
          load_balancer: backends(at.instances.slice(0, 1)),
        },
        metrics: {
          p95: p95(at, 0.9),
          p95_by_route: routesAt(at, [0.9, 0.8, 0.9]),
          mean_by_instance: at.instances.slice(0, 1).map((instance) => present({ instance }, 0.5)),
          up: at.instances.slice(0, 1).map((instance) => course({ instance, job: at.service }, 300, () => 1)),
          cpu: everywhere(at, 600, 0.97, 0.4).slice(0, 1),
          lag: everywhere(at, 300, 0.3, 0.011).slice(0, 1),
          replicas_wanted: [course({ job: 'process-manager' }, 1_800, since(at, 1, at.instances.length))],
          phases: phases({ queue: 0.3, self: 0.05 }),
        },
      }),
      truth: { causes: ['capacity_reduced'] },
    }),
  },
  {
    id: 'pictures are held outside of the heap',
    play: (at) => ({
      world: wholeShop(at, {
        alerts: [alertOf(at, 'MemoryGrows', 'instances hold 900 MB and more', { severity: 'warning' })],
        rule: {
          expression: `max by (instance) (process_resident_memory_bytes{job="${at.service}"}) > 8e8`,
          threshold: '> 8e8',
          course: at.instances.map((instance) => course({ instance }, 360, (seconds) => 900e6 - seconds * 700_000)),
        },
        metrics: {
          memory: perInstance(at, 600, (seconds) => 900e6 - seconds * 700_000, 0),
          memory_closely: perInstance(at, 60, (seconds) => 900e6 - seconds * 700_000, 0),
          external: perInstance(at, 600, (seconds) => 780e6 - seconds * 690_000, 0),
        },
      }),
      truth: { causes: ['memory_leak'] },
    }),
  },
  {
    id: 'twelve reports of an analyst at once',
    play: (at) => ({
      world: wholeShop(at, {
        alerts: [slowAlert(at)],
        rule: slowRule(at, 1.2),
        metrics: {
          p95: p95(at, 1.2),
          p95_by_route: routesAt(at, [1.1, 1.2, 1.2]),
          mean_by_instance: at.instances.map((instance) => present({ instance }, 0.6)),
          phases: phases({ db: 0.58 }),
          pool_in_use: everywhere(at, 120, 8, 1),
        },
        looks: {
          get_active_connections: {
            ...{ ...COVERED, database: 'shop', sessions: 8 * at.instances.length + 12, longest: [] },
            groups: [
              group({ user: 'analyst', application: 'Metabase', client: '10.1.9.70', sessions: 12, longest_seconds: at.began + 11 }),
              group({ application: at.service, sessions: 8 * at.instances.length, longest_seconds: 1.1 }),
            ],
          },
        },
      }),
      truth: { causes: ['dependency_slow', 'slow_query'] },
    }),
  },
  {
    id: 'passwords are hashed with more rounds',
    play: (at) => ({
      world: wholeShop(at, {
        alerts: [slowAlert(at)],
        rule: slowRule(at, 1.3),
        changes: [setting(at, 'BCRYPT_ROUNDS', '10', '15')],
        metrics: {
          p95: p95(at, 1.3),
          p95_by_route: routesAt(at, [0.9, 0.9, 1.4]),
          mean_by_instance: at.instances.map((instance) => present({ instance }, 0.5)),
          cpu: everywhere(at, 600, 0.99, 0.1),
          lag: everywhere(at, 300, 1.1, 0.011),
          lag_median: everywhere(at, 300, 0.06, 0.0102),
          phases: phases({ queue: 0.35, self: 0.12 }),
        },
      }),
      truth: { causes: ['bad_configuration', 'cpu_saturation', 'event_loop_blocked'] },
    }),
  },
  {
    id: 'a probe from outside fails, and inside all is well',
    play: (at) => ({
      world: wholeShop(at, {
        alerts: [
          {
            ...{ alertname: 'CheckoutProbeFailed', severity: 'critical', summary: 'the probe from Frankfurt gets no answer' },
            labels: { service: at.service, job: 'blackbox', instance: 'https://shop.example/checkout' },
          },
        ],
        rule: {
          expression: 'probe_success{job="blackbox"} == 0',
          threshold: '== 0',
          course: [course({ job: 'blackbox', instance: 'https://shop.example/checkout' }, 360, since(at, 0, 1))],
        },
      }),
      truth: { causes: ['unknown', 'out_of_sight', 'network_partial', 'load_balancer_down'] },
    }),
  },
  {
    id: 'a load test that nobody announced',
    play: (at) => {
      const many = between(at, 5, 8)
      return {
        world: wholeShop(at, {
          alerts: [alertOf(at, 'TrafficUnusual', 'five times the usual requests', { severity: 'warning' })],
          rule: {
            expression: `sum(rate(http_requests_total{job="${at.service}"}[1m])) > 4 * avg_over_time(shop:requests:rate1m[1h])`,
            threshold: '> 4 * avg_over_time(shop:requests:rate1m[1h])',
            course: [course({}, 360, since(at, many * at.rps, at.rps))],
          },
          metrics: {
            traffic: [course({}, 600, since(at, many * at.rps, at.rps))],
            balancer_traffic: [course({}, 600, since(at, many * at.rps, at.rps))],
            served_by_instance: at.instances.map((instance) => present({ instance }, (many * at.rps) / at.instances.length)),
            cpu: everywhere(at, 600, 0.34, 0.06),
          },
        }),
        truth: { causes: ['traffic_surge'] },
      }
    },
  },
]

/** Fifteen more in the same way, written after what the forty-eight showed was mended. */
export const STRANGER_LATER: readonly Scene[] = [...LOGGED.map(wholeLoggedScene), ...SHOWN.map((scene) => ({ ...scene, unlisted: true }))]
