import { course } from '../../test-parts/simulated-metrics.ts'
import type { World } from '../../test-parts/simulated-world.ts'
import { ago, between, pick, rate, type Setting, worldOf } from '../setting.ts'

/** What fails, and how its rule is written. */
interface Failing {
  share: number
  routes?: string[]
  instances?: string[]
  status?: string
}

type Change = { at: string; what: string; by: string; ports: number[]; from: string | null; to: string | null; release: string | null }

const COMPLETE = { ok: true, window_seconds: null, complete: true, truncated: 0, errors: [] }
const OVER = (seconds: number) => ({ ...COMPLETE, window_seconds: seconds })

/**
 * A world in which each function that the agent has for a shop answers: the database from inside, the diary of changes with something innocent in it, the balancer's list,
 * the monitoring and the alert's rule. The counts, their course, their onset and their statuses agree with each other.
 */
export function wholeShop(
  at: Setting,
  {
    failing,
    changes = [],
    looks = {},
    rule,
    ...world
  }: Partial<World> & { failing?: Failing; changes?: Change[]; looks?: World['database']; rule?: object },
): World {
  const { share = 0, routes = at.routes, instances = at.instances, status = '500' } = failing ?? {}
  const all = share * (routes.length / at.routes.length) * (instances.length / at.instances.length)
  const counted = {
    ...rate(at, all, { routes, instances }),
    scrape_seconds: 5,
    by_status: [
      { status: '200', requests_per_second: Number((at.rps * (1 - all)).toFixed(3)) },
      ...(all > 0 ? [{ status, requests_per_second: Number((at.rps * all).toFixed(3)) }] : []),
    ],
    onset: all > 0 ? { at: ago(at.began), ended_at: null, error_rate_before: 0, error_rate_within: Number(all.toFixed(3)) } : null,
  }
  const [alert] = world.alerts ?? []
  return worldOf(at, {
    ...(failing && { rate: counted }),
    ...world,
    // What a rule divides by is all requests, and they come as before.
    otherQueries: (query) => (/^sum\(rate\(\w+_requests_total/.test(query) ? [course({}, 900, () => at.rps)] : []),
    metrics: { error_ratio: [course({}, 900, (seconds) => (seconds > at.began ? 0 : all))], ...world.metrics },
    database: {
      ...healthyLooks(at),
      list_changes: { ...OVER(3_600), changes: [...changes, ...innocent(at)] },
      get_alert_expression: {
        ...{ ...OVER(360), alertname: alert?.alertname ?? '', for_seconds: 30, threshold: '> 0.05', state: 'firing' },
        ...{ rule_health: 'ok', rule_error: null, true_now: true },
        expression: `sum(rate(http_requests_total{job="${at.service}",status=~"5.."}[1m])) / sum(rate(http_requests_total{job="${at.service}"}[1m])) > 0.05`,
        course: [course({}, 360, (seconds) => (seconds > at.began ? 0 : Math.max(all, 0.06)))],
        ...rule,
      },
      ...looks,
    },
  })
}

/** Something that was changed well before and has nothing to do with it, as on any day. */
function innocent(at: Setting): Change[] {
  const rest = { ports: [], release: null }
  return pick<Change[]>(at, [
    [],
    [
      {
        at: ago(2_460),
        what: 'setting_changed load-balancer policy',
        by: 'POST /settings by dana',
        from: 'round_robin',
        to: 'least_requests',
        ...rest,
      },
    ],
    [
      {
        at: ago(3_540),
        what: 'deploy_finished',
        by: 'POST /deploy by the pipeline',
        from: '0.0.9',
        to: '0.1.0',
        ...rest,
        release: '0.1.0',
      },
    ],
  ])
}

/** One session of the shop's own pool on each instance, and nothing that waits. */
function healthyLooks(at: Setting): Record<string, object> {
  const database = 'shop'
  const sessions = at.instances.map((client) => ({
    user: 'shop',
    application: at.service,
    client: client.split(':')[0] ?? '',
    sessions: 4,
    idle: 4,
  }))
  return {
    check_connection: { ...COMPLETE, database, reachable: true, milliseconds: Number(between(at, 1, 4).toFixed(1)) },
    get_connection_stats: {
      ...{ ...COMPLETE, database, max_connections: 100, reserved: 5, used: 4 * at.instances.length, free: 95 - 4 * at.instances.length },
      by_state: [{ state: 'idle', sessions: 4 * at.instances.length }],
      by_client: sessions,
    },
    get_active_connections: {
      ...{ ...COMPLETE, database, sessions: 4 * at.instances.length, longest: [] },
      groups: sessions.map(({ user, application, client }) => ({
        ...{ user, application, client, state: 'idle', sessions: 4, longest_seconds: 0.6, waits_for: 'Client:ClientRead', quiet: 0 },
      })),
    },
    get_lock_info: { ...COMPLETE, database, waiting: 0, roots: [], waits: [] },
    get_database_stats: {
      ...{ ...OVER(3_600), database, since: ago(86_400), commits: 812_004, rollbacks: 31, deadlocks: 0 },
      ...{ cache_hit_ratio: 0.998, temporary_bytes: 0, conflicts: 0, size_bytes: 48_000_000 },
    },
    get_table_stats: { ...OVER(5), database, tables: [table(at, {})] },
    get_replication_status: { ...COMPLETE, database, in_recovery: false, replicas: [], slots: [] },
    get_balancer_state: {
      ...{ ...COMPLETE, reachable: true, backends: at.instances, available: at.instances, panic: false },
      ...{ list_age_seconds: 2.1, running: at.instances, gone: [], missing: [] },
    },
    get_monitoring_health: {
      ...COMPLETE,
      jobs: [at.service, 'load-balancer', 'process-manager'].map((job) => ({ job, up: 1, down: 0, oldest_scrape_seconds: 3.2 })),
      targets: at.instances.map((instance) => ({ job: at.service, instance, health: 'up', last_scrape_seconds: 2.7, error: null })),
      ...{ failing_rules: [], alertmanagers: 1 },
    },
  }
}

/** The shop's main table as get_table_stats gives it. */
export const table = (at: Setting, changed: object) => ({
  ...{ table: at.routes[1]?.slice(1) ?? 'items', rows: 50_000, dead_rows: 310, size_bytes: 9_000_000, whole_reads_per_second: 0 },
  ...{ rows_read_whole_per_second: 0, index_reads_per_second: at.rps, indexes: ['items_pkey (id)'], columns_without_index: [] },
  ...{ last_vacuum: ago(1_900), hint: null, statements: [] },
  ...changed,
})

/** Sessions of one client, all in one state. */
export const group = (changed: object) => ({
  ...{
    user: 'shop',
    application: 'shop',
    client: '10.1.4.2',
    state: 'active',
    sessions: 4,
    longest_seconds: 1.1,
    waits_for: null,
    quiet: 0,
  },
  ...changed,
})

export const COVERED = COMPLETE
