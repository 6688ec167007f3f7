import { course, phases, present } from '../../test-parts/simulated-metrics.ts'
import { runningInstance } from '../../test-parts/simulated-world.ts'
import type { Scene } from '../scene.ts'
import { ago, alertOf, backends, between, logged, p95, perInstance, rate, type Setting, since, slowAlert } from '../setting.ts'
import { everywhere, routesAt } from './shown-readings.ts'
import { setting, sqlCode, type WholeLogged, wholeLoggedScene } from './whole-logged.ts'
import { COVERED, wholeShop } from './whole-shop.ts'

const LOGGED: WholeLogged[] = [
  {
    id: 'a firewall closes the database to one instance',
    causes: ['network_partial', 'bad_instance', 'database_down'],
    entry: { message: 'connect ETIMEDOUT 10.0.5.2:5432', code: 'ETIMEDOUT' },
    status: 503,
    on: 1,
    more: (at) => ({
      metrics: {
        database_errors: [present({ code: 'ETIMEDOUT' }, at.rps / 6)],
        database_up: perInstance(at, 300, since(at, 0, 1), 1, at.instances.slice(0, 1)),
      },
    }),
  },
  {
    id: 'a webhook that comes twice',
    causes: ['bad_data'],
    entry: {
      message: 'duplicate key value violates unique constraint "payments_reference_key"',
      code: '23505',
      error: 'DatabaseError',
    },
    writes: true,
    more: (at) => ({ metrics: sqlCode(at, '23505') }),
  },
  {
    id: 'a partner does not accept our token any more',
    causes: ['bad_configuration', 'permission_denied', 'dependency_down', 'unknown'],
    says: /401/,
    entry: { message: 'payment provider answered 401: invalid_client', error: 'PaymentError' },
    writes: true,
  },
  {
    id: 'a partner has renamed a member',
    causes: ['application_exception', 'bad_data'],
    entry: {
      message: "Cannot read properties of undefined (reading 'amount')",
      error: 'TypeError',
      stack:
        "TypeError: Cannot read properties of undefined (reading 'amount')\n    at priceOf (/app/src/quotes/partner.js:64:31)\n    at async handle (/app/src/http/route.js:41:20)",
    },
    writes: true,
  },
  {
    id: 'a time-out in the wrong unit',
    causes: ['bad_configuration'],
    entry: { message: 'timeout of 3ms exceeded', error: 'AxiosError', code: 'ECONNABORTED' },
    status: 504,
    writes: true,
    more: (at) => ({ changes: [setting(at, 'PAYMENT_TIMEOUT', '3000', '3')] }),
  },
]

const died = (seconds: number) => ({ at: ago(seconds), code: 126, signal: null, uptime_seconds: 0.2, expected: false })

/** What figures and lists show. */
const SHOWN: Scene[] = [
  {
    id: 'a failover that took twenty seconds',
    play: (at) => ({
      world: wholeShop(at, {
        firing: false,
        alerts: [alertOf(at, 'ErrorBurst', 'many requests fail')],
        rate: {
          ...rate(at, 0.2, { newest: 0 }),
          scrape_seconds: 5,
          onset: { at: ago(at.began), ended_at: ago(at.began - 20), error_rate_before: 0, error_rate_within: 0.8 },
        },
        log: logged(
          at,
          {
            message: 'cannot execute UPDATE in a read-only transaction',
            code: '25006',
            error: 'DatabaseError',
            status: 500,
            method: 'POST',
          },
          { until: at.began - 20 },
        ),
        metrics: { error_ratio: [course({}, 900, (seconds) => (seconds > at.began || seconds < at.began - 20 ? 0 : 0.5))] },
        rule: { true_now: false, state: 'inactive', course: [course({}, 360, (s) => (s > at.began || s < at.began - 20 ? 0 : 0.5))] },
      }),
      truth: { causes: ['recovered'], recovered: true },
    }),
  },
  {
    id: 'a limit of CPU that throttles',
    play: (at) => ({
      world: wholeShop(at, {
        alerts: [slowAlert(at)],
        metrics: {
          p95: p95(at, 1.3),
          p95_by_route: routesAt(at, [1.2, 1.3, 1.4]),
          mean_by_instance: at.instances.map((instance) => present({ instance }, 0.7)),
          cpu: everywhere(at, 600, 0.1, 0.06),
          lag: everywhere(at, 300, 0.45, 0.011),
          lag_median: everywhere(at, 300, 0.09, 0.0102),
          phases: phases({ queue: 0.4, self: 0.1 }),
        },
      }),
      truth: { causes: ['unknown', 'cpu_saturation', 'event_loop_blocked'], says: /host|event loop|lags/ },
    }),
  },
  {
    id: 'a log on a slow disk, written while all wait',
    play: (at) => ({
      world: wholeShop(at, {
        alerts: [slowAlert(at)],
        metrics: {
          p95: p95(at, 1),
          p95_by_route: routesAt(at, [0.9, 1, 1.1]),
          mean_by_instance: at.instances.map((instance) => present({ instance }, 0.3)),
          lag: everywhere(at, 300, 0.7, 0.011),
          lag_median: everywhere(at, 300, 0.012, 0.0102),
          phases: phases({ queue: 0.25, self: 0.03 }),
        },
      }),
      truth: { causes: ['event_loop_blocked', 'unknown'], says: /event loop|lags/ },
    }),
  },
  {
    id: 'the job has another name since today',
    play: (at) => ({
      world: wholeShop(at, {
        alerts: [alertOf(at, 'Absent', 'no instance is known to Prometheus')],
        rule: { expression: `absent(up{job="${at.service}"})`, threshold: null, course: [course({}, 360, since(at, 1, 0))] },
        metrics: { up: [], jobs_up: [`${at.service}-v2`, 'load-balancer'].map((job) => present({ job }, 1)), traffic: [] },
        rate: { ...rate(at, null), by_route: [], by_instance: [], scrape_seconds: 5, onset: null },
      }),
      truth: { causes: ['monitoring_broken', 'stale_targets', 'alert_rule_defect', 'unknown', 'out_of_sight'] },
    }),
  },
  {
    id: 'all customers stick to one instance',
    play(at) {
      const [hot = ''] = at.instances
      const only = (range: number, now: number, before: number) => perInstance(at, range, since(at, now, before), before, [hot])
      return {
        world: wholeShop(at, {
          alerts: [slowAlert(at)],
          metrics: {
            p95: p95(at, 1.1),
            p95_by_route: routesAt(at, [1, 1.1, 1.2]),
            mean_by_instance: at.instances.map((instance) => present({ instance }, instance === hot ? 0.8 : 0.012)),
            served_by_instance: at.instances.map((instance) => present({ instance }, instance === hot ? at.rps : 0.1)),
            cpu: only(600, 0.97, 0.06),
            lag: only(300, 0.4, 0.011),
            lag_median: only(300, 0.15, 0.0102),
            phases: phases({ queue: 0.3, self: 0.1 }),
          },
        }),
        truth: { causes: ['cpu_saturation', 'bad_instance', 'unknown'] },
      }
    },
  },
  {
    id: 'a release for another processor',
    play(at) {
      const [fails = ''] = at.instances
      const port = Number(fails.split(':')[1])
      const release = { at: ago(at.began + 3), what: 'deploy_started', by: 'POST /deploy by the pipeline', ports: [port], from: '0.1.0' }
      return {
        world: wholeShop(at, {
          alerts: [alertOf(at, 'InstanceRestarting', `${fails} restarted 4 times within a minute`, { labels: { instance: fails } })],
          instances: {
            instances: at.instances.map((name) =>
              runningInstance(
                name,
                name === fails
                  ? { state: 'backoff', restarts: 4, release: '0.2.0', last_exit: died(6), exits: [died(20), died(12), died(6)] }
                  : {},
              ),
            ),
            load_balancer: backends(at.instances.slice(1)),
          },
          changes: [{ ...release, to: null, release: '0.2.0' }],
          metrics: {
            up: at.instances.map((instance) =>
              course({ instance, job: at.service }, 300, (s) => (instance === fails && s < at.began ? 0 : 1)),
            ),
            restarts: [course({ port: String(port), instance: '127.0.0.1:7070' }, 600, (s) => (s > at.began ? 0 : 4))],
          },
        }),
        truth: { causes: ['bad_release', 'crash_loop'], instances: [fails] },
      }
    },
  },
  ...[
    ['at midnight the orders of today are refused', '422', 'FewOrders', 'orders are far below the usual'],
    ['a client sends larger pictures', '413', 'ClientErrors', 'many requests are answered 4xx'],
  ].map(
    ([id = '', status = '', name = '', summary = '']): Scene => ({
      id,
      play: (at: Setting) => ({
        world: wholeShop(at, {
          alerts: [alertOf(at, name, summary)],
          rule: {
            expression: `sum(rate(http_requests_total{job="${at.service}",status=~"4.."}[5m])) / sum(rate(http_requests_total{job="${at.service}"}[5m])) > 0.1`,
            threshold: '> 0.1',
            course: [course({}, 360, since(at, 0.3, 0.01))],
          },
          metrics: { refused_requests: [present({ status, route: at.routes[2] ?? '' }, between(at, 0.2, 0.4))] },
        }),
        truth: { causes: ['unknown', 'bad_data', 'bad_configuration'], says: new RegExp(status) },
      }),
    }),
  ),
  {
    id: 'a client that repeats what is refused',
    play: (at) => ({
      world: wholeShop(at, {
        alerts: [slowAlert(at)],
        metrics: {
          p95: p95(at, 0.9),
          p95_by_route: routesAt(at, [0.5, 0.5, 1.1]),
          cpu: everywhere(at, 600, 0.9, 0.15),
          lag: everywhere(at, 300, 0.2, 0.011),
          lag_median: everywhere(at, 300, 0.06, 0.0102),
          traffic: [course({}, 600, since(at, 6 * at.rps, at.rps))],
          balancer_traffic: [course({}, 600, since(at, 6 * at.rps, at.rps))],
          refused_requests: [present({ status: '409', route: at.routes[2] ?? '' }, 0.8)],
          phases: phases({ queue: 0.2, self: 0.05 }),
        },
      }),
      truth: { causes: ['traffic_surge', 'retry_storm'] },
    }),
  },
  {
    id: 'an instance that is there and not there',
    play(at) {
      const [flaps = ''] = at.instances
      return {
        world: wholeShop(at, {
          alerts: [alertOf(at, 'InstanceFlapping', `${flaps} was up and down 6 times in 5 minutes`, { labels: { instance: flaps } })],
          rule: {
            expression: `changes(up{job="${at.service}"}[5m]) > 4`,
            threshold: '> 4',
            course: [course({ instance: flaps }, 360, () => 6)],
          },
          metrics: {
            up: at.instances.map((instance) =>
              course({ instance, job: at.service }, 300, (s) => (instance === flaps && Math.floor(s / 16) % 2 === 1 ? 0 : 1)),
            ),
          },
          looks: {
            get_balancer_state: {
              ...{ ...COVERED, reachable: true, backends: at.instances, available: at.instances.slice(1), panic: false },
              ...{ list_age_seconds: 2.1, running: at.instances, gone: [], missing: [] },
            },
          },
        }),
        truth: { causes: ['bad_instance', 'process_hung', 'network_partial', 'instance_down', 'unknown'] },
      }
    },
  },
]

/** Fifteen more in a whole shop, written after the twenty-five were mended. */
export const LATER_UNLISTED: readonly Scene[] = [...LOGGED.map(wholeLoggedScene), ...SHOWN.map((scene) => ({ ...scene, unlisted: true }))]
