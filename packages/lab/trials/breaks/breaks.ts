import { readFileSync } from 'node:fs'
import type { Place } from './place.ts'
import { RELEASES } from './releases.ts'
import type { Step } from './steps.ts'

/** Figures of Prometheus by name; `$1` in a query is the address of instance 1. */
type Figures = Record<string, string>

/** One way to break a lab of three instances, and how it shows. */
export interface Break {
  /** In the catalogue of drills. */
  drill: string
  name: string
  steps: readonly Step[]
  figures?: Figures
  /** What cannot be read from Prometheus, by name. */
  reads?: (place: Place) => Promise<Record<string, unknown>>
  /** What shows it, once it does. `f` has the figures and what was read. */
  shows: (f: Seen) => boolean
  says: (f: Seen) => string
  within?: number
}

/** Missing figures are 0. */
// biome-ignore lint/suspicious/noExplicitAny: each row reads what it has named.
type Seen = Record<string, any>

const percent = (part: number) => `${Math.round(100 * part)} %`
const databaseSeconds = (on: number) =>
  `sum(rate(request_phase_seconds_sum{phase="db",instance="$${on}"}[15s])) / sum(rate(request_phase_seconds_count{phase="db",instance="$${on}"}[15s]))`
const errors = (code: string) => `sum(increase(db_errors_total{code="${code}"}[30s]))`
const balancer = (setting: string, value: string): Step => ({ set: ['load-balancer', setting, value] })

const instances = async (place: Place) => ({ instances: await place.instances() })

const waiting = 'SELECT count(*)::int AS waiting FROM pg_locks WHERE NOT granted'

export const BREAKS: readonly Break[] = [
  ...RELEASES,
  {
    drill: '16',
    name: 'max_connections',
    steps: [{ fault: 'max_connections' }],
    figures: { refused: errors('53300') },
    shows: ({ refused }) => refused > 0,
    says: ({ refused }) => `${Math.round(refused)} logins refused for want of a slot (53300)`,
    within: 90,
  },
  {
    drill: '18',
    name: 'row_lock',
    steps: [{ fault: 'row_lock' }],
    reads: async ({ sql }) => (await sql(waiting))[0] ?? {},
    shows: ({ waiting: count }) => count > 0,
    says: ({ waiting: count }) => `${count} sessions wait for a lock`,
    within: 90,
  },
  {
    drill: '19',
    name: 'waiting_migration',
    steps: [{ fault: 'waiting_migration' }],
    reads: async ({ sql }) => (await sql(waiting))[0] ?? {},
    shows: ({ waiting: count }) => count > 1,
    says: ({ waiting: count }) => `${count} sessions wait for a lock`,
    within: 90,
  },
  {
    drill: '26',
    name: 'link',
    steps: [{ fault: 'link', on: 1, fields: { delay_ms: 400 } }],
    figures: { slow: databaseSeconds(1), well: databaseSeconds(0) },
    shows: ({ slow, well }) => slow > 0.35 && well < 0.1,
    says: ({ slow, well }) => `${Math.round(slow * 1_000)} ms a call there, ${Math.round(well * 1_000)} ms elsewhere`,
  },
  {
    drill: '26',
    name: 'link_cut',
    steps: [{ fault: 'link_cut', on: 1 }],
    figures: { up: 'db_up{instance="$1"} or vector(-1)', others: 'min(db_up{instance!="$1"})' },
    shows: ({ up, others }) => up === 0 && others === 1,
    says: () => 'db_up 0 there, 1 elsewhere',
  },
  {
    drill: '24',
    name: 'rotated_password',
    steps: [{ fault: 'rotated_password' }],
    figures: { refused: errors('28P01'), up: 'min(db_up)' },
    shows: ({ refused }) => refused > 0,
    says: ({ refused, up }) => `${Math.round(refused)} logins refused (28P01), db_up ${up}`,
    within: 90,
  },
  {
    drill: '4',
    name: 'uneven_load_rule by_instance, and 3 to 2',
    steps: [{ set: ['prometheus', 'uneven_load_rule', 'by_instance'] }, { scale: 2 }],
    figures: { failing: 'sum(rate(http_errors_total{job="inventory"}[15s])) / sum(rate(http_requests_total{job="inventory"}[15s]))' },
    reads: async (place) => ({ firing: await place.firing() }),
    shows: ({ firing }) => firing.includes('InventoryUnevenLoad'),
    says: ({ failing }) => `InventoryUnevenLoad fires, ${percent(failing || 0)} of the requests fail`,
    within: 150,
  },
  {
    drill: '15',
    name: 'DATABASE_URL missing on one',
    steps: [{ set: ['inventory', 'DATABASE_URL', 'missing'], on: 2 }],
    reads: async (place) => ({ one: (await place.instances()).find(({ port }) => port === place.ports[2]) }),
    shows: ({ one }) => one?.last_exit?.code === 1,
    says: ({ one }) => `${one?.state}: ${one?.reason}`,
  },
  {
    drill: '27',
    name: 'discovery static, and an instance moves',
    steps: [balancer('discovery', 'static'), { move: true }],
    figures: { available: 'load_balancer_backends_available', used: 'load_balancer_backends' },
    reads: async ({ fleet }) => await fleet<{ backends: string[] }>('/backends'),
    shows: ({ backends, available }) => backends.length === 3 && available === 2,
    says: ({ backends, available, used }) => `the fleet has ${backends.length}, the balancer knows ${used} and can use ${available}`,
  },
  {
    drill: '32',
    name: 'targets_file kept, and an instance moves',
    steps: [{ set: ['process-manager', 'targets_file', 'kept'] }, { move: true }],
    figures: { down: 'up{instance="$0"} == bool 0' },
    reads: async ({ directory, ports }) => {
      const listed = readFileSync(directory.targetsFile, 'utf8')
      return { isStale: listed.includes(`:${ports[0]}"`) && !listed.includes(`:${ports[2] + 1}"`) }
    },
    shows: ({ isStale, down }) => isStale && down === 1,
    says: () => 'the file has the one that is gone (up 0) and not the new one',
  },
  {
    drill: '30',
    name: 'resend always, answers after 150 ms, one link 400 ms slow',
    steps: [balancer('resend', 'always'), balancer('read_timeout_ms', '150'), { fault: 'link', on: 1, fields: { delay_ms: 400 } }],
    figures: {
      again: 'sum(increase(load_balancer_retries_total{reason="read_timeout"}[30s]))',
      made: 'sum(increase(shop_reservations_total[1m]))',
      answered: 'sum(increase(load_balancer_answers_total{method="POST",class="2xx"}[1m]))',
    },
    shows: ({ again }) => again > 3,
    says: ({ again, made, answered }) =>
      `${Math.round(again)} sent again in 30 s; reservations: ${Math.round(made)} made, ${Math.round(answered)} answered`,
    within: 60,
  },
  {
    drill: '29',
    name: 'retries 9, resend always, answers after 50 ms, cpu',
    steps: [
      balancer('retries', '9'),
      balancer('resend', 'always'),
      balancer('read_timeout_ms', '50'),
      { fault: 'cpu', fields: { cpu_ms: 60 } },
    ],
    figures: {
      tries: 'sum(rate(load_balancer_retries_total[30s])) / sum(rate(load_balancer_requests_total[30s]))',
      good: 'sum(rate(load_balancer_requests_total{status=~"2.."}[30s])) / sum(rate(load_balancer_requests_total[30s]))',
    },
    shows: ({ tries }) => tries > 1,
    says: ({ tries, good }) => `${(1 + tries).toFixed(1)} attempts a request, ${percent(good)} answered well`,
    within: 60,
  },
  {
    drill: '31',
    name: 'errors on one, which says that it is well',
    steps: [{ fault: 'errors', on: 1, fields: { p_error: 1 } }],
    reads: async ({ get, ports }) => ({
      health: (await get(`http://127.0.0.1:${ports[1]}/healthz`)).status,
      items: (await get(`http://127.0.0.1:${ports[1]}/items`)).status,
    }),
    shows: ({ health, items }) => health === 200 && items >= 500,
    says: ({ health, items }) => `/healthz ${health}, /items ${items}`,
  },
  {
    drill: '33',
    name: 'scaled 3 to 1',
    steps: [{ scale: 1 }],
    reads: async (place) => {
      const { events } = await place.fleet<{ events: { type: string; from?: string; to?: string; by: string }[] }>('/events')
      return { ...(await instances(place)), last: events.findLast(({ type }) => type === 'scaled') }
    },
    shows: ({ instances }) => instances.length === 1,
    says: ({ last }) => `scaled from ${last?.from} to ${last?.to} by ${last?.by}`,
  },
  {
    drill: '8',
    name: 'bad_row',
    steps: [{ fault: 'bad_row' }],
    reads: async (place) => {
      await place.get(`${place.book.url('loadBalancer')}/items/17`)
      return { ended: (await place.instances()).filter(({ last_exit }) => last_exit?.code === 1).length }
    },
    shows: ({ ended }) => ended >= 2,
    says: ({ ended }) => `${ended} instances ended with exit status 1 after GET /items/17`,
    within: 60,
  },
  {
    drill: '23',
    name: 'db_down',
    steps: [{ fault: 'db_down' }],
    figures: { up: 'max(db_up) or vector(-1)', refused: errors('ECONNREFUSED') },
    shows: ({ up, refused }) => up === 0 && refused > 0,
    says: ({ refused }) => `db_up 0 on all, ${Math.round(refused)} refused connections`,
  },
  {
    drill: '5',
    name: 'balancer killed',
    steps: [{ down: 'load-balancer' }],
    figures: { up: 'up{job="load-balancer"} or vector(-1)', instances: 'sum(up{job="inventory"})' },
    shows: ({ up, instances: running }) => up === 0 && running === 3,
    says: ({ instances: running }) => `the balancer is down (up 0), ${running} instances are up`,
  },
  {
    drill: '20',
    name: 'slow_query',
    steps: [{ fault: 'slow_query' }],
    reads: async (place) => ({ it: (await place.sql("SELECT to_regclass('reservations_item_id') AS it"))[0]?.it }),
    shows: ({ it }) => it === null,
    says: () => 'reservations_item_id is gone',
  },
]
