import { course, phases, present } from '../../test-parts/simulated-metrics.ts'
import { logEntry } from '../../test-parts/simulated-world.ts'
import type { Scene } from '../scene.ts'
import { ago, alertOf, between, logged, p95, rate, since } from '../setting.ts'
import { everywhere, routesAt } from './shown-readings.ts'
import { COVERED, wholeShop } from './whole-shop.ts'

/** What figures, sessions and lists show, or a log and they together. */
export const WHOLE_SHOWN: readonly Scene[] = [
  {
    id: 'transaction numbers that will run out',
    play: (at) => ({
      world: wholeShop(at, {
        alerts: [
          alertOf(at, 'PostgresWraparoundNear', 'the oldest transaction of the database shop is 1.94 billion transactions old', {
            severity: 'warning',
          }),
        ],
        rule: {
          expression: 'max by (datname) (pg_database_frozen_xid_age) > 1.5e9',
          threshold: '> 1.5e9',
          course: [course({ datname: 'shop' }, 360, () => 1.94e9)],
        },
      }),
      truth: { causes: ['unknown', 'out_of_sight', 'resource_exhausted'] },
    }),
  },
  {
    id: 'the balancer and the instances close idle connections at the same time',
    play: (at) => ({
      world: wholeShop(at, {
        alerts: [
          {
            alertname: 'LoadBalancerErrors',
            severity: 'warning',
            summary: 'the load balancer answers 2% of the requests with 502',
            labels: { service: at.service },
          },
        ],
        rule: {
          expression: 'sum(rate(load_balancer_requests_total{status="502"}[1m])) / sum(rate(load_balancer_requests_total[1m])) > 0.01',
          threshold: '> 0.01',
          course: [course({}, 360, since(at, 0.02, 0.001))],
        },
        metrics: {
          balancer_statuses: [present({ status: '200' }, at.rps * 0.98), present({ status: '502' }, at.rps * 0.02)],
          retries: [course({}, 300, since(at, 0.04, 0.001))],
        },
      }),
      truth: { causes: ['network_partial', 'unknown', 'bad_configuration'], says: /502|balancer/ },
    }),
  },
  {
    id: 'everybody reserves the same piece',
    play(at) {
      const [route = ''] = at.routes.slice(-1)
      const update = 'UPDATE items SET reserved = reserved + ? WHERE id = ?'
      const holder = {
        pid: 901,
        began: ago(600),
        user: 'shop',
        application: at.service,
        client: '10.1.4.2',
        state: 'active',
        transaction_seconds: 0.4,
      }
      return {
        world: wholeShop(at, {
          failing: { share: between(at, 0.3, 0.6), routes: [route], status: '503' },
          alerts: [alertOf(at, 'ErrorBurst', `many requests to ${route} fail`, { labels: { route } })],
          log: logged(
            at,
            { message: 'canceling statement due to lock timeout', code: '55P03', error: 'DatabaseError', status: 503, method: 'POST' },
            { routes: [route] },
          ),
          metrics: {
            p95: p95(at, 1.8),
            p95_by_route: routesAt(at, [0.02, 0.02, 2.1]),
            phases: phases({ db: 0.6 }),
            database_errors: [present({ code: '55P03' }, 2.2)],
            pool_in_use: everywhere(at, 120, 9, 2),
          },
          looks: {
            get_lock_info: {
              ...{ ...COVERED, database: 'shop', waiting: 14 },
              roots: [{ ...holder, state_seconds: 0.2, statement: update, blocks: 14, holds: ['RowExclusiveLock on items'] }],
              waits: [902, 903, 904].map((pid) => ({
                pid,
                application: at.service,
                waits_for_pids: [901],
                seconds: 1.7,
                lock: 'tuple on items',
                statement: update,
              })),
            },
          },
        }),
        truth: { causes: ['lock_contention'] },
      }
    },
  },
  {
    id: 'a partner sends what nobody can read',
    play: (at) => ({
      world: wholeShop(at, {
        alerts: [alertOf(at, 'ClientErrors', '30% of the requests are answered 400')],
        rule: {
          expression: 'sum(rate(http_requests_total{status=~"4.."}[1m])) / sum(rate(http_requests_total[1m])) > 0.1',
          threshold: '> 0.1',
          course: [course({}, 360, since(at, 0.3, 0.01))],
        },
        rate: {
          ...rate(at, 0),
          scrape_seconds: 5,
          onset: null,
          by_status: [
            { status: '200', requests_per_second: at.rps * 0.7 },
            { status: '400', requests_per_second: at.rps * 0.3 },
          ],
        },
        metrics: { refused_requests: [present({ status: '400', route: at.routes[2] ?? '' }, 0.3)] },
      }),
      truth: { causes: ['unknown', 'bad_data'], says: /400/ },
    }),
  },
  {
    id: 'the balancer asks a path for health that is no more',
    play: (at) => ({
      world: wholeShop(at, {
        alerts: [
          {
            alertname: 'LoadBalancerErrors',
            severity: 'critical',
            summary: 'the load balancer answers 100% of the requests with 503',
            labels: { service: at.service },
          },
          alertOf(at, 'TrafficLost', 'no requests reach the instances'),
        ],
        rate: { ...rate(at, null), scrape_seconds: 5, onset: null, by_status: [] },
        changes: [
          {
            at: ago(at.began + 3),
            what: 'setting_changed load-balancer health_path',
            by: 'POST /settings by dana',
            ports: [],
            from: '/healthz',
            to: '/health',
            release: null,
          },
        ],
        metrics: {
          traffic: [course({}, 600, since(at, 0, at.rps))],
          served_by_instance: at.instances.map((instance) => present({ instance }, 0)),
          balancer_statuses: [present({ status: '503' }, at.rps)],
          p95: [course({}, 300, (seconds) => (seconds > at.began ? 0.02 : null))],
          mean_by_instance: at.instances.map((instance) => present({ instance }, Number.NaN)),
        },
        looks: {
          get_balancer_state: {
            ...{ ...COVERED, reachable: true, backends: at.instances, available: [], panic: false },
            ...{ list_age_seconds: 1.4, running: at.instances, gone: [], missing: [] },
          },
        },
      }),
      truth: { causes: ['bad_configuration', 'load_balancer_down', 'network_partial'] },
    }),
  },
  {
    id: 'nginx in front has a small buffer',
    play: (at) => ({
      world: wholeShop(at, {
        alerts: [
          {
            alertname: 'EdgeErrors',
            severity: 'critical',
            summary: 'nginx answers 18% of the requests with 502',
            labels: { service: at.service },
          },
        ],
        rule: {
          expression: 'sum(rate(nginx_http_requests_total{status="502"}[1m])) / sum(rate(nginx_http_requests_total[1m])) > 0.05',
          threshold: '> 0.05',
          course: [course({}, 360, since(at, 0.18, 0))],
        },
        log: [40, 31, 22, 12, 6].map((seconds, index) =>
          logEntry(seconds, {
            message: `upstream sent too big header while reading response header from upstream, client: 10.9.0.${index + 3}, upstream: "http://${at.instances[index % at.instances.length]}"`,
            error: 'nginx',
            status: 502,
          }),
        ),
      }),
      truth: { causes: ['unknown', 'bad_configuration', 'network_partial'], says: /too big header/ },
    }),
  },
]
