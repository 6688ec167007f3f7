import { course, phases, present } from '../../test-parts/simulated-metrics.ts'
import { logEntry, runningInstance } from '../../test-parts/simulated-world.ts'
import type { Scene } from '../scene.ts'
import { ago, alertOf, backends, between, logged, p95, perInstance, rate, type Setting, since, slowAlert } from '../setting.ts'
import { elsewhere, everywhere, routesAt } from './shown-readings.ts'
import { slowRule } from './strange-slow.ts'
import { setting } from './whole-logged.ts'
import { COVERED, wholeShop } from './whole-shop.ts'

const portOf = (name: string) => Number(name.split(':')[1])
const upUnless = (at: Setting, gone: string[]) =>
  at.instances.map((instance) => course({ instance, job: at.service }, 300, (s) => (gone.includes(instance) && s < at.began ? 0 : 1)))

/** What figures, lists and rules show. */
export const STRANGE_SHOWN: readonly Scene[] = [
  {
    id: 'half of the machines were lost with their zone',
    play(at) {
      const gone = at.instances.slice(0, Math.ceil(at.instances.length / 2))
      const end = { at: ago(at.began), code: null, signal: 'SIGTERM', uptime_seconds: 90_000, expected: false }
      return {
        world: wholeShop(at, {
          alerts: [alertOf(at, 'InstancesLost', `${gone.length} of ${at.instances.length} instances are gone`), slowAlert(at)],
          rule: {
            expression: `count(up{job="${at.service}"} == 1) < ${at.instances.length}`,
            threshold: `< ${at.instances.length}`,
            course: [course({}, 360, since(at, at.instances.length - gone.length, at.instances.length))],
          },
          instances: {
            instances: at.instances.map((name) =>
              runningInstance(
                name,
                gone.includes(name)
                  ? { state: 'fatal', reason: 'the machine does not answer', pid: null, last_exit: end, exits: [end] }
                  : {},
              ),
            ),
            load_balancer: backends(at.instances.filter((name) => !gone.includes(name))),
          },
          metrics: {
            up: upUnless(at, gone),
            p95: p95(at, 0.8),
            p95_by_route: routesAt(at, [0.8, 0.7, 0.8]),
            served_by_instance: at.instances.map((instance) =>
              present({ instance }, gone.includes(instance) ? 0 : at.rps / (at.instances.length - gone.length)),
            ),
            cpu: perInstance(at, 600, since(at, 0.93, 0.5), 0, at.instances).map((series, index) =>
              gone.includes(at.instances[index] ?? '') ? { ...series, points: series.points.map(([time]) => [time, null]) } : series,
            ),
          },
          looks: {
            get_balancer_state: {
              ...{ ...COVERED, reachable: true, backends: at.instances.filter((name) => !gone.includes(name)), panic: false },
              available: at.instances.filter((name) => !gone.includes(name)),
              ...{ list_age_seconds: 2.1, running: at.instances.filter((name) => !gone.includes(name)), gone: [], missing: [] },
            },
          },
        }),
        truth: { causes: ['capacity_reduced', 'instance_down'] },
      }
    },
  },
  {
    id: 'the limit of memory was lowered under what a process needs',
    play(at) {
      const killed = (seconds: number) => ({ at: ago(seconds), code: null, signal: 'SIGKILL', uptime_seconds: 14, expected: false })
      return {
        world: wholeShop(at, {
          alerts: [alertOf(at, 'InstanceRestarting', 'instances restarted 9 times within a minute')],
          rule: {
            expression: 'sum(increase(process_manager_restarts_total[1m])) > 2',
            threshold: '> 2',
            course: [course({}, 360, since(at, 9, 0))],
          },
          changes: [setting(at, 'MEMORY_LIMIT', '512Mi', '96Mi', at.instances.map(portOf))],
          instances: {
            instances: at.instances.map((name) =>
              runningInstance(name, { restarts: 3, started_at: ago(4), last_exit: killed(6), exits: [killed(40), killed(22), killed(6)] }),
            ),
            load_balancer: backends(at.instances),
          },
          metrics: {
            restarts: at.instances.map((name) =>
              course({ port: String(portOf(name)), instance: '127.0.0.1:7070' }, 600, (s) => (s > at.began ? 0 : 3)),
            ),
          },
        }),
        truth: { causes: ['out_of_memory', 'bad_configuration', 'crash_loop'] },
      }
    },
  },
  {
    id: 'the heap may not grow as far as before',
    play: (at) => ({
      world: wholeShop(at, {
        alerts: [slowAlert(at)],
        rule: slowRule(at, 0.9),
        changes: [setting(at, 'NODE_OPTIONS', '', '--max-old-space-size=64', at.instances.map(portOf))],
        metrics: {
          p95: p95(at, 0.9),
          p95_by_route: routesAt(at, [0.8, 0.9, 0.8]),
          mean_by_instance: at.instances.map((instance) => present({ instance }, 0.4)),
          cpu: everywhere(at, 600, 0.97, 0.1),
          lag: everywhere(at, 300, 0.32, 0.011),
          lag_median: everywhere(at, 300, 0.04, 0.0102),
          heap: everywhere(at, 600, 63e6, 58e6),
          phases: phases({ queue: 0.2, self: 0.15 }),
        },
      }),
      truth: { causes: ['bad_configuration', 'cpu_saturation', 'event_loop_blocked'] },
    }),
  },
  {
    id: 'slow clients hold their sockets',
    play: (at) => ({
      world: wholeShop(at, {
        alerts: [alertOf(at, 'ManyOpenFiles', 'instances have 98% of their file descriptors open')],
        rule: {
          expression: `max by (instance) (process_open_fds{job="${at.service}"} / process_max_fds{job="${at.service}"}) > 0.9`,
          threshold: '> 0.9',
          course: at.instances.map((instance) => course({ instance }, 360, (s) => (s > at.began + 120 ? 0.05 : 0.98))),
        },
        metrics: { open_files: at.instances.map((instance) => present({ instance }, 0.98)) },
      }),
      truth: { causes: ['resource_exhausted'] },
    }),
  },
  {
    id: 'one request of three at night',
    play(day) {
      const at = { ...day, rps: 0.05 }
      const [route = ''] = at.routes
      return {
        world: wholeShop(at, {
          failing: { share: 0.33, status: '504' },
          alerts: [alertOf(at, 'HighErrorRate', '33% of all requests fail')],
          log: [
            logEntry(38, {
              ...{ message: 'timeout of 3000ms exceeded', error: 'AxiosError', code: 'ECONNABORTED', status: 504, route },
              instance: at.instances[0] ?? '',
            }),
          ],
        }),
        truth: { causes: ['alert_rule_defect', 'nothing_wrong', 'unknown'] },
      }
    },
  },
  {
    id: 'an alert of the environment where releases are tried',
    play: (at) => ({
      world: wholeShop(at, {
        alerts: [
          alertOf(at, 'HighErrorRate', '41% of all requests fail in staging', {
            labels: { cluster: 'staging-eu', namespace: 'shop-staging', environment: 'staging' },
          }),
        ],
        broken: {
          get_alert_expression: { code: 'not_found', message: 'Prometheus has no rule of this name', times: Number.POSITIVE_INFINITY },
        },
        firing: false,
      }),
      truth: { causes: ['out_of_sight', 'unknown', 'nothing_wrong'] },
    }),
  },
  {
    id: 'Prometheus has no room for its own data',
    play: (at) => ({
      world: wholeShop(at, {
        service: 'prometheus',
        alerts: [elsewhere('PrometheusTSDBCompactionsFailing', 'Prometheus has had 9 compaction failures in 3 hours', 'prometheus')],
        rule: {
          expression: 'increase(prometheus_tsdb_compactions_failed_total{job="prometheus"}[3h]) > 0',
          threshold: '> 0',
          course: [course({ instance: '10.7.0.4:9090', job: 'prometheus' }, 360, () => 9)],
        },
        metrics: { up: [course({ instance: '10.7.0.4:9090', job: 'prometheus' }, 300, () => 1)] },
      }),
      truth: { causes: ['monitoring_broken', 'out_of_sight', 'unknown'] },
    }),
  },
  {
    id: 'a replication slot that nobody reads',
    play: (at) => ({
      world: wholeShop(at, {
        alerts: [alertOf(at, 'PostgresDiskFilling', 'the disk of the database is 93% full', { severity: 'warning' })],
        rule: {
          expression: '1 - node_filesystem_avail_bytes{mountpoint="/var/lib/postgresql"} / node_filesystem_size_bytes > 0.9',
          threshold: '> 0.9',
          course: [course({ mountpoint: '/var/lib/postgresql' }, 360, (s) => 0.93 - s / 40_000)],
        },
        looks: {
          get_replication_status: {
            ...{ ...COVERED, database: 'shop', in_recovery: false, replicas: [] },
            slots: [{ name: 'debezium_orders', active: false, retained_bytes: 212_600_000_000 }],
          },
        },
      }),
      truth: { causes: ['disk_full', 'resource_exhausted', 'unknown'], says: /slot|debezium/ },
    }),
  },
  {
    id: 'errors that nobody logs',
    play: (at) => ({
      world: wholeShop(at, {
        failing: { share: between(at, 0.15, 0.4) },
        alerts: [alertOf(at, 'HighErrorRate', 'many requests fail')],
      }),
      truth: { causes: ['unknown'] },
    }),
  },
  {
    id: 'a partner is slow, and one instance has died of it or not',
    play(at) {
      const [dead = ''] = at.instances
      const end = { at: ago(at.began - 20), code: 134, signal: 'SIGABRT', uptime_seconds: 40_000, expected: false }
      return {
        world: wholeShop(at, {
          alerts: [slowAlert(at), alertOf(at, 'InstanceDown', `${dead} does not answer`, { labels: { instance: dead } })],
          rule: slowRule(at, 6),
          instances: {
            instances: at.instances.map((name) =>
              runningInstance(name, name === dead ? { state: 'backoff', pid: null, restarts: 1, last_exit: end, exits: [end] } : {}),
            ),
            load_balancer: backends(at.instances.slice(1)),
          },
          log: logged(
            at,
            { message: 'Connect Timeout Error (attempted address: rates.example:443, timeout: 10000ms)', code: 'UND_ERR_CONNECT_TIMEOUT' },
            { routes: at.routes.slice(-1), count: 8 },
          ),
          metrics: {
            up: upUnless(at, [dead]),
            p95: p95(at, 6),
            p95_by_route: routesAt(at, [0.02, 0.02, 9.8]),
            phases: phases({ outbound: 2.1 }),
          },
        }),
        truth: { causes: ['dependency_slow', 'dependency_down', 'network_partial', 'instance_down', 'crash_loop'] },
      }
    },
  },
  {
    id: 'a rule that counts what was refused on purpose',
    play: (at) => ({
      world: wholeShop(at, {
        alerts: [alertOf(at, 'HighErrorRate', '9% of all requests fail')],
        rate: { ...rate(at, 0), scrape_seconds: 5, onset: null },
        rule: {
          expression: `sum(rate(http_requests_total{job="${at.service}",status!~"2.."}[5m])) / sum(rate(http_requests_total{job="${at.service}"}[5m])) > 0.05`,
          threshold: '> 0.05',
          course: [course({}, 360, () => 0.09)],
        },
        metrics: { refused_requests: [present({ status: '404', route: at.routes[0] ?? '' }, 0.09)] },
      }),
      truth: { causes: ['alert_rule_defect', 'nothing_wrong', 'unknown', 'bad_data'], says: /404/ },
    }),
  },
]
