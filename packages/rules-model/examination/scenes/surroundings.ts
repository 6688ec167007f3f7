import { course, present } from '../../test-parts/simulated-metrics.ts'
import { logEntry, runningInstance } from '../../test-parts/simulated-world.ts'
import type { Scene } from '../scene.ts'
import { alertOf, backends, logged, p95, perInstance, rate, type Setting, since, slowAlert, worldOf } from '../setting.ts'

const courseOf = (at: Setting, now: number, before: number) => [course({}, 600, since(at, now, before))]
const failing = (message: string) => ({ code: 'upstream_unreachable', message, times: 99 })

/** Traffic, the balancer, monitoring, and what is nothing at all. */
export const SURROUNDING_SCENES: Scene[] = [
  {
    id: 'scaled down',
    play: (at) => {
      const left = at.instances.slice(0, 1)
      const gone = { ...at, instances: left }
      return {
        world: worldOf(gone, {
          alerts: [slowAlert(at)],
          instances: { instances: left.map((name) => runningInstance(name)), load_balancer: backends(left) },
          metrics: {
            replicas_wanted: [course({}, 1_800, (before) => (before > at.began ? at.instances.length : 1))],
            cpu: perInstance(gone, 600, since(at, 0.95, 0.3), 0.3),
            p95: p95(at, 0.9),
            lag: perInstance(gone, 300, since(at, 0.08, 0.011), 0.011),
          },
        }),
        truth: { causes: ['capacity_reduced'] },
      }
    },
  },
  {
    id: 'six times the customers',
    play: (at) => ({
      world: worldOf(at, {
        alerts: [slowAlert(at)],
        metrics: { traffic: courseOf(at, at.rps * 6, at.rps), cpu: perInstance(at, 600, since(at, 0.95, 0.16), 0.16), p95: p95(at, 1.1) },
      }),
      truth: { causes: ['traffic_surge'] },
    }),
  },
  {
    id: 'customers stay away',
    play: (at) => ({
      world: worldOf(at, {
        alerts: [alertOf(at, 'NoTraffic', 'no requests arrive')],
        rate: rate(at, null),
        metrics: { traffic: courseOf(at, 0, at.rps), p95: [course({}, 300, (before) => (before > at.began ? 0.02 : null))] },
      }),
      truth: { causes: ['traffic_drop'] },
    }),
  },
  {
    id: 'retries keep the load up',
    play: (at) => ({
      world: worldOf(at, {
        alerts: [
          {
            alertname: 'LoadBalancerRetryStorm',
            severity: 'warning',
            summary: 'the load balancer tries 60% of the requests a second time',
            labels: { service: at.service },
          },
        ],
        rate: rate(at, 0.3),
        log: logged(at, { message: 'timed out', code: 'ETIMEDOUT', error: 'Error' }, { count: 8 }),
        metrics: {
          retries: [course({}, 300, since(at, 0.6, 0.01))],
          traffic: courseOf(at, at.rps * 1.8, at.rps),
          p95: p95(at, 1.5),
          cpu: perInstance(at, 600, since(at, 0.5, 0.1), 0.1),
        },
      }),
      truth: { causes: ['retry_storm'] },
    }),
  },
  {
    id: 'the balancer sends to an instance that is no more',
    play: (at) => {
      const [first = '', ...rest] = at.instances
      const ghost = `${first.slice(0, -1)}9`
      return {
        world: worldOf(at, {
          alerts: [
            {
              alertname: 'ShopUnavailable',
              severity: 'critical',
              summary: 'the load balancer finds no instance for many requests',
              labels: { service: at.service },
            },
          ],
          instances: { instances: at.instances.map((name) => runningInstance(name)), load_balancer: backends([ghost, ...rest]) },
          metrics: { balancer_statuses: [present({ status: '200' }, at.rps / 2), present({ status: '502' }, at.rps / 2)] },
        }),
        truth: { causes: ['stale_backends'] },
      }
    },
  },
  {
    id: 'Prometheus looks for an instance that is no more',
    play: (at) => {
      const ghost = `${(at.instances[0] ?? '').slice(0, -1)}9`
      const up = [
        ...at.instances.map((instance) => course({ instance, job: at.service }, 300, () => 1)),
        course({ instance: ghost, job: at.service }, 300, (before) => (before < 40 ? 0 : 1)),
      ]
      return {
        world: worldOf(at, {
          alerts: [alertOf(at, 'InstanceDown', `${ghost} does not answer`, { labels: { instance: ghost } })],
          metrics: { up },
        }),
        truth: { causes: ['stale_targets'] },
      }
    },
  },
  {
    id: 'the balancer is gone',
    play: (at) => {
      const error = { code: 'upstream_unreachable', message: 'The load balancer cannot be reached' }
      return {
        world: worldOf(at, {
          service: 'load-balancer',
          alerts: [
            {
              alertname: 'LoadBalancerDown',
              severity: 'critical',
              summary: 'the load balancer does not answer',
              labels: { service: 'load-balancer', job: 'load-balancer', instance: '127.0.0.1:9000' },
            },
          ],
          rate: rate(at, null),
          broken: { fetch_logs: failing('The load balancer cannot be reached') },
          instances: { instances: at.instances.map((name) => runningInstance(name)), load_balancer: { error } },
          metrics: {
            up: [course({ instance: '127.0.0.1:9000', job: 'load-balancer' }, 300, (before) => (before < 40 ? 0 : 1))],
            jobs_up: [present({ job: at.service }, 1), present({ job: 'load-balancer' }, 0), present({ job: 'process-manager' }, 1)],
            traffic: courseOf(at, 0, at.rps),
          },
        }),
        truth: { causes: ['load_balancer_down'] },
      }
    },
  },
  {
    id: 'Prometheus is cut off',
    play: (at) => ({
      world: worldOf(at, {
        alerts: [alertOf(at, 'InstanceDown', 'instances do not answer')],
        rate: rate(at, 0),
        metrics: {
          up: at.instances.map((instance) => course({ instance, job: at.service }, 300, (before) => (before < 40 ? 0 : 1))),
          jobs_up: [at.service, 'load-balancer', 'process-manager'].map((job) => present({ job }, 0)),
        },
      }),
      truth: { causes: ['monitoring_broken'] },
    }),
  },
  {
    id: 'a rule that is wrong',
    play: (at) => ({
      world: worldOf(at, {
        alerts: [alertOf(at, 'HighErrorRate', 'NaN of all requests fail')],
        database: {
          get_alert_expression: {
            ...{ ok: true, window_seconds: 360, complete: true, truncated: 0, errors: [], alertname: 'HighErrorRate', for_seconds: 60 },
            ...{ threshold: '> 0.2', state: 'firing', rule_health: 'ok', rule_error: null, true_now: true },
            expression: 'sum(rate(http_errors_total[1m])) / sum(rate(http_requests_total{pod="x"}[1m])) > 0.2',
            course: [{ labels: {}, points: [['2026-11-20T12:00:20Z', null]] }],
          },
        },
      }),
      truth: { causes: ['alert_rule_defect'] },
    }),
  },
  {
    id: 'nothing but an old error in the log',
    play: (at) => ({
      world: worldOf(at, {
        firing: false,
        alerts: [alertOf(at, 'HighErrorRate', 'a test')],
        log: [logEntry(115, { message: 'could not send the newsletter', error: 'MailError' })],
      }),
      truth: { causes: ['nothing_wrong'] },
    }),
  },
  {
    id: 'slowness that is over',
    play: (at) => ({
      world: worldOf(at, {
        firing: false,
        alerts: [slowAlert(at)],
        metrics: { p95: [course({}, 300, (before) => (before > 120 || before < 40 ? 0.02 : 1.1))] },
      }),
      truth: { causes: ['recovered'], recovered: true },
    }),
  },
  {
    id: 'another service’s alert beside a shop that is well',
    play: (at) => {
      const alerts = [
        {
          alertname: 'PaymentsDown',
          severity: 'critical',
          summary: 'payments answers nobody',
          labels: { service: 'payments', instance: '10.9.0.1:9000' },
        },
      ]
      return { world: worldOf(at, { service: 'payments', alerts, metrics: { up: [] } }), truth: { causes: ['out_of_sight'] } }
    },
  },
  {
    id: 'another service’s alert beside a shop that burns',
    play: (at) => {
      const alerts = [
        { alertname: 'LedgerErrors', severity: 'critical', summary: 'ledger answers with errors', labels: { service: 'ledger' } },
      ]
      const log = logged(at, { message: "Cannot read properties of null (reading 'id')", error: 'TypeError', status: 500 })
      return {
        world: worldOf(at, { service: 'ledger', alerts, log, rate: rate(at, 0.6), metrics: { up: [] } }),
        truth: { causes: ['out_of_sight'] },
      }
    },
  },
  {
    id: 'every function fails',
    play: (at) => {
      const broken = Object.fromEntries(
        ['fetch_logs', 'compute_error_rate', 'query_prometheus', 'list_instances'].map((name) => [name, failing('it cannot be reached')]),
      )
      return {
        world: worldOf(at, { alerts: [alertOf(at, 'DatabaseUnreachable', 'instances cannot reach their database')], broken }),
        truth: { causes: ['unknown'] },
      }
    },
  },
]
