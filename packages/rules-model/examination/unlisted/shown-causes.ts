import { course, present } from '../../test-parts/simulated-metrics.ts'
import type { Scene } from '../scene.ts'
import { alertOf, between, logged, noise, perInstance, rate, since, worldOf } from '../setting.ts'
import { courseOf, elsewhere, listed, only, p95, routesAt, slowAlert } from './shown-readings.ts'

/** Causes that no family was built for, and strange forms of some that there is one for, as figures show them. */
export const SHOWN_CAUSES: readonly Scene[] = [
  {
    id: 'a neighbour takes the CPU',
    play: (at) => ({
      world: worldOf(at, {
        alerts: [slowAlert(at)],
        metrics: {
          p95: p95(at, 1.1),
          p95_by_route: routesAt(at, [1, 1, 1]),
          mean_by_instance: at.instances.map((instance) => present({ instance }, 0.6)),
          lag: perInstance(at, 300, since(at, 0.35, 0.011), 0.011),
          lag_median: perInstance(at, 300, since(at, 0.2, 0.0102), 0.0102),
        },
      }),
      truth: { causes: ['unknown', 'cpu_saturation', 'event_loop_blocked'] },
    }),
  },
  {
    id: 'one page has become large',
    play: (at) => ({
      world: worldOf(at, {
        alerts: [slowAlert(at)],
        metrics: {
          p95: p95(at, 0.8),
          p95_by_route: routesAt(at, [0.015, 0.9, 0.02]),
          cpu: perInstance(at, 600, since(at, 0.55, 0.06), 0.06),
          lag: perInstance(at, 300, since(at, 0.16, 0.011), 0.011),
        },
      }),
      truth: { causes: ['cpu_saturation', 'event_loop_blocked', 'unknown', 'bad_data'] },
    }),
  },
  {
    id: 'customers are logged out',
    play: (at) => ({
      world: worldOf(at, {
        alerts: [alertOf(at, 'FewOrders', 'orders are far below the usual')],
        metrics: { refused_requests: [present({ status: '401', route: at.routes[2] ?? '' }, between(at, 0.3, 0.6))] },
      }),
      truth: { causes: ['unknown', 'bad_configuration', 'permission_denied'] },
    }),
  },
  {
    id: 'a link leads nowhere',
    play: (at) => ({
      world: worldOf(at, {
        alerts: [alertOf(at, 'ClientErrors', 'many requests are answered 404')],
        metrics: { refused_requests: [present({ status: '404', route: 'unmatched' }, 0.5)] },
      }),
      truth: { causes: ['unknown', 'bad_data', 'bad_configuration'] },
    }),
  },
  {
    id: 'half the customers cannot reach us',
    play: (at) => ({
      world: worldOf(at, {
        alerts: [alertOf(at, 'TrafficLost', '60% fewer requests than usual')],
        rate: rate({ ...at, rps: at.rps * 0.35 }, 0),
        metrics: { traffic: courseOf(at, at.rps * 0.35, at.rps), balancer_traffic: courseOf(at, at.rps * 0.35, at.rps) },
      }),
      truth: { causes: ['traffic_drop', 'unknown'] },
    }),
  },
  {
    id: 'a collector that works hard',
    play: (at) => ({
      world: worldOf(at, {
        alerts: [slowAlert(at)],
        metrics: {
          p95: p95(at, 0.9),
          p95_by_route: routesAt(at, [0.8, 0.9, 0.8]),
          cpu: only(at, 0.9, 0.06),
          memory: perInstance(at, 600, (ago) => 95e6 + (600 - ago) * 500_000, 95e6, at.instances.slice(0, 1)),
          lag: only(at, 0.2, 0.011, 300),
          heap: perInstance(at, 600, (ago) => 30e6 + (600 - ago) * 500_000, 30e6, at.instances.slice(0, 1)),
        },
      }),
      truth: { causes: ['memory_leak', 'cpu_saturation', 'unknown', 'bad_instance', 'event_loop_blocked'] },
    }),
  },
  {
    id: 'file descriptors that leak',
    play: (at) => ({
      world: worldOf(at, {
        alerts: [
          alertOf(at, 'ManyOpenFiles', `${at.instances[0]} has 97% of its file descriptors open`, {
            severity: 'warning',
            labels: { instance: at.instances[0] ?? '' },
          }),
        ],
        metrics: { open_files: at.instances.map((instance, i) => present({ instance }, i === 0 ? 0.97 : 0.03)) },
      }),
      truth: { causes: ['resource_exhausted', 'unknown'] },
    }),
  },
  {
    id: 'a node’s disk fills',
    play: (at) => ({
      world: worldOf(at, {
        service: 'node',
        alerts: [elsewhere('NodeFilesystemAlmostOutOfSpace', '/var has 3% left', 'node')],
        metrics: { up: [] },
      }),
      truth: { causes: ['out_of_sight', 'unknown', 'disk_full'] },
    }),
  },
  {
    id: 'a certificate ends soon',
    play: (at) => ({
      world: worldOf(at, {
        service: 'edge',
        alerts: [elsewhere('CertificateExpiresSoon', 'shop.example expires in 2 days', 'edge')],
        metrics: { up: [] },
      }),
      truth: { causes: ['out_of_sight', 'unknown', 'bad_configuration'] },
    }),
  },
  {
    id: 'a backup that failed',
    play: (at) => ({
      world: worldOf(at, { alerts: [alertOf(at, 'BackupFailed', 'the nightly backup ended with status 2')] }),
      truth: { causes: ['unknown', 'out_of_sight'] },
    }),
  },
  {
    id: 'a replica lags',
    play: (at) => ({
      world: worldOf(at, { alerts: [alertOf(at, 'ReplicationLag', 'the standby is 340 s behind')] }),
      truth: { causes: ['unknown', 'out_of_sight'] },
    }),
  },
  {
    id: 'a job that did not run',
    play: (at) => ({
      world: worldOf(at, { alerts: [alertOf(at, 'InvoicesNotSent', 'no invoice was sent since 02:00')] }),
      truth: { causes: ['unknown', 'out_of_sight'] },
    }),
  },
  {
    id: 'two of three run a slow release',
    play: (at) => {
      const slow = at.instances.slice(0, at.instances.length - 1)
      const commit = 'fedcba9876543210fedcba9876543210fedcba98'
      return {
        world: worldOf(at, {
          alerts: [slowAlert(at)],
          instances: listed(at, (name) =>
            slow.includes(name) ? { release: '2.4.0', commit, started_at: new Date(Date.parse('2026-11-20T11:58:40Z')).toJSON() } : {},
          ),
          metrics: {
            p95: p95(at, 0.7),
            p95_by_route: routesAt(at, [0.6, 0.7, 0.5]),
            mean_by_instance: at.instances.map((instance) => present({ instance }, slow.includes(instance) ? 0.55 : 0.012)),
            phases: [],
          },
        }),
        truth: { causes: ['bad_release'], ...(slow.length > 0 && { instances: [...slow].sort() }) },
      }
    },
  },
  {
    id: 'one instance was left on the old release',
    play: (at) => {
      const [old = ''] = at.instances
      return {
        world: worldOf(at, {
          alerts: [alertOf(at, 'InstanceFailing', `30% of the requests to ${old} fail`, { labels: { instance: old } })],
          instances: listed(at, (name) => (name === old ? { release: '1.9.0', commit: 'aaaabbbbccccddddeeeeffff0000111122223333' } : {})),
          log: logged(
            at,
            { message: 'unknown field "giftWrap" in order', error: 'ValidationError', status: 500 },
            { instances: [old], count: 12 },
          ),
          rate: rate(at, 0.1, { instances: [old] }),
        }),
        truth: { causes: ['bad_release', 'bad_instance', 'bad_configuration'], instances: [old] },
      }
    },
  },
  {
    id: 'packets get lost between the balancer and one instance',
    play: (at) => ({
      world: worldOf(at, {
        alerts: [alertOf(at, 'ConnectionsCut', `instances cut 40 connections`, { severity: 'warning' })],
        metrics: {
          balancer_statuses: [present({ status: '200' }, at.rps * 0.9), present({ status: '502' }, at.rps * 0.1)],
          retries: [course({}, 300, since(at, 0.15, 0.01))],
        },
      }),
      truth: { causes: ['network_partial', 'unknown', 'bad_instance'] },
    }),
  },
  {
    id: 'Prometheus is too slow to scrape',
    play: (at) => ({
      world: worldOf(at, {
        alerts: [alertOf(at, 'InstanceDown', `${at.instances[0]} does not answer`)],
        metrics: {
          up: at.instances.map((instance) => course({ instance, job: at.service }, 300, (ago) => (ago < 40 ? 0 : 1))),
          jobs_up: [at.service, 'load-balancer', 'process-manager', 'node'].map((job) => present({ job }, 0)),
        },
      }),
      truth: { causes: ['monitoring_broken', 'unknown'] },
    }),
  },
  {
    id: 'a threshold in the wrong unit',
    play: (at) => ({
      world: worldOf(at, {
        alerts: [
          alertOf(at, 'HighMemory', `${at.instances[0]} holds 95 MB of memory`, {
            severity: 'warning',
            labels: { instance: at.instances[0] ?? '' },
          }),
        ],
      }),
      truth: { causes: ['alert_rule_defect', 'nothing_wrong', 'unknown'] },
    }),
  },
  {
    id: 'somebody tries the paging',
    play: (at) => ({
      world: worldOf(at, { firing: false, log: noise(at), alerts: [alertOf(at, 'HighErrorRate', 'a test')] }),
      truth: { causes: ['nothing_wrong'] },
    }),
  },
  {
    id: 'a crawler reads everything',
    play: (at) => ({
      world: worldOf(at, {
        alerts: [slowAlert(at)],
        metrics: { traffic: courseOf(at, at.rps * 9, at.rps), cpu: perInstance(at, 600, since(at, 0.9, 0.1), 0.1), p95: p95(at, 0.7) },
      }),
      truth: { causes: ['traffic_surge'] },
    }),
  },
  {
    id: 'a library crashes the process',
    play: (at) => ({
      world: worldOf(at, {
        alerts: [alertOf(at, 'InstanceRestarting', 'the instance restarted 3 times within a minute')],
        instances: listed(at, (_, i) =>
          i === 0
            ? {
                restarts: 4,
                state: 'backoff',
                last_exit: { at: new Date(Date.parse('2026-11-20T12:00:12Z')).toJSON(), code: null, signal: 'SIGSEGV' },
              }
            : {},
        ),
        metrics: { restarts: [course({ port: at.instances[0]?.split(':')[1] ?? '' }, 600, (ago) => (ago > 60 ? 0 : 4))] },
      }),
      truth: { causes: ['crash_loop'] },
    }),
  },
  {
    id: 'a failover that is over',
    play: (at) => ({
      world: worldOf(at, {
        firing: false,
        alerts: [alertOf(at, 'DatabaseUnreachable', 'instances cannot reach their database')],
        log: logged(
          at,
          { message: 'terminating connection due to administrator command', code: '57P01', error: 'DatabaseError', status: 503 },
          { until: 28 },
        ),
        rate: rate(at, 0.3, { newest: 0 }),
        metrics: { database_up: perInstance(at, 300, (ago) => (ago > at.began || ago < 25 ? 1 : 0), 0) },
      }),
      truth: { causes: ['recovered'], recovered: true },
    }),
  },
  {
    id: 'a report slows the whole database',
    play: (at) => ({
      world: worldOf(at, {
        alerts: [slowAlert(at)],
        metrics: {
          p95: p95(at, 1.2),
          p95_by_route: routesAt(at, [1.1, 1.2, 1.1]),
          mean_by_instance: at.instances.map((instance) => present({ instance }, 0.9)),
          phases: ['queue', 'self', 'outbound']
            .map((phase) => course({ phase }, 300, () => 0.001))
            .concat(course({ phase: 'db' }, 300, since(at, 0.9, 0.004))),
        },
      }),
      truth: { causes: ['dependency_slow', 'slow_query'] },
    }),
  },
]
