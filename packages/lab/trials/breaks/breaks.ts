import { readFileSync } from 'node:fs'
import type { Place } from './place.ts'

/** One way to break a lab of three instances, and how it shows. */
export interface Break {
  /** In the catalogue of drills. */
  drill: string
  name: string
  give(place: Place): Promise<unknown>
  /** What shows it, once it does. */
  seen(place: Place): Promise<string | undefined>
  undo(place: Place): Promise<unknown>
  within?: number
}

const TTL = 300
const fault =
  (mode: string, more: object = {}) =>
  ({ fleet }: Place) =>
    fleet('/fault', { mode, ttl_seconds: TTL, ...more })
const none = ({ fleet }: Place) => fleet('/fault', { mode: 'none' })
const set =
  (component: string, setting: string, value: string, ports?: readonly number[]) =>
  ({ fleet }: Place) =>
    fleet('/settings', { component, setting, value, ...(ports && { ports }) })
const shown = (isSo: boolean, text: string) => (isSo ? text : undefined)
const percent = (part: number) => `${Math.round(100 * part)} %`
const failing = (more: string) => `sum(rate(http_errors_total{${more}}[15s])) / sum(rate(http_requests_total{${more}}[15s]))`
const databaseTime = (place: Place, port: number) =>
  place.figure(
    `sum(rate(request_phase_seconds_sum{phase="db",instance="127.0.0.1:${port}"}[15s])) / sum(rate(request_phase_seconds_count{phase="db",instance="127.0.0.1:${port}"}[15s]))`,
  )

export const BREAKS: readonly Break[] = [
  {
    drill: '26',
    name: 'link',
    give: (place) => fault('link', { delay_ms: 400, ports: [place.ports[1]] })(place),
    async seen(place) {
      const [slow, well] = [await databaseTime(place, place.ports[1]), await databaseTime(place, place.ports[0])]
      return shown(slow > 0.35 && well < 0.1, `${Math.round(slow * 1_000)} ms a call there, ${Math.round(well * 1_000)} ms elsewhere`)
    },
    undo: none,
  },
  {
    drill: '26',
    name: 'link_cut',
    give: (place) => fault('link_cut', { ports: [place.ports[1]] })(place),
    async seen(place) {
      const up = await place.figure(`db_up{instance="127.0.0.1:${place.ports[1]}"} or vector(-1)`)
      const others = await place.figure(`min(db_up{instance!="127.0.0.1:${place.ports[1]}"})`)
      return shown(up === 0 && others === 1, 'db_up 0 there, 1 elsewhere')
    },
    undo: none,
  },
  {
    drill: '24',
    name: 'rotated_password',
    give: fault('rotated_password'),
    async seen(place) {
      const refused = await place.figure('sum(increase(db_errors_total{code="28P01"}[30s]))')
      return shown(refused > 0, `${Math.round(refused)} logins refused (28P01), db_up ${await place.figure('min(db_up)')}`)
    },
    undo: none,
    within: 90,
  },
  {
    drill: '4',
    name: 'uneven_load_rule by_instance, and 3 to 2',
    async give(place) {
      await set('prometheus', 'uneven_load_rule', 'by_instance')(place)
      await place.fleet('/scale', { replicas: 2 })
    },
    async seen(place) {
      const ratio = await place.figure(failing('job="inventory"'))
      return shown(
        (await place.firing()).includes('InventoryUnevenLoad'),
        `InventoryUnevenLoad fires, ${percent(ratio || 0)} of the requests fail`,
      )
    },
    async undo(place) {
      await set('prometheus', 'uneven_load_rule', 'none')(place)
      await place.fleet('/scale', { replicas: 3 })
    },
    within: 150,
  },
  {
    drill: '15',
    name: 'DATABASE_URL missing on one',
    give: (place) => set('inventory', 'DATABASE_URL', 'missing', [place.ports[2]])(place).catch(() => undefined),
    async seen(place) {
      const one = (await place.instances()).find(({ port }) => port === place.ports[2])
      return shown(one?.last_exit?.code === 1, `${one?.state}: ${one?.reason}`)
    },
    async undo(place) {
      await set('inventory', 'DATABASE_URL', 'given', [place.ports[2]])(place)
    },
  },
  {
    drill: '27',
    name: 'discovery static, and an instance moves',
    async give(place) {
      await set('load-balancer', 'discovery', 'static')(place)
      await place.fleet('/start', { port: place.ports[2] + 1 })
      await place.fleet('/stop', { port: place.ports[0] })
    },
    async seen(place) {
      const { backends } = await place.fleet<{ backends: string[] }>('/backends')
      const text = (await place.get(`${place.book.url('loadBalancer')}/metrics`)).text
      const used = [...text.matchAll(/^load_balancer_backend_up\{[^}]*backend="([^"]+)"/gm)].map(([, each = '']) => each)
      const available = Number(/^load_balancer_backends_available\S* (\S+)$/m.exec(text)?.[1])
      return shown(
        backends.length === 3 && available === 2,
        `the fleet has ${backends.length}, the balancer uses ${available} ${used.join(' ')}`,
      )
    },
    async undo(place) {
      await set('load-balancer', 'discovery', 'dynamic')(place)
      await place.fleet('/start', { port: place.ports[0] })
      await place.fleet('/stop', { port: place.ports[2] + 1 })
    },
  },
  {
    drill: '32',
    name: 'targets_file kept, and an instance moves',
    async give(place) {
      await set('process-manager', 'targets_file', 'kept')(place)
      await place.fleet('/start', { port: place.ports[2] + 1 })
      await place.fleet('/stop', { port: place.ports[0] })
    },
    async seen(place) {
      const listed = readFileSync(place.directory.targetsFile, 'utf8')
      const down = await place.figure(`up{instance="127.0.0.1:${place.ports[0]}"} == bool 0`)
      const isStale = listed.includes(`:${place.ports[0]}"`) && !listed.includes(`:${place.ports[2] + 1}"`)
      return shown(isStale && down === 1, 'the file has the one that is gone (up 0) and not the new one')
    },
    async undo(place) {
      await set('process-manager', 'targets_file', 'written')(place)
      await place.fleet('/start', { port: place.ports[0] })
      await place.fleet('/stop', { port: place.ports[2] + 1 })
    },
  },
  {
    drill: '30',
    name: 'resend always, answers after 150 ms, one link 400 ms slow',
    async give(place) {
      await set('load-balancer', 'resend', 'always')(place)
      await set('load-balancer', 'read_timeout_ms', '150')(place)
      await fault('link', { delay_ms: 400, ports: [place.ports[1]] })(place)
    },
    async seen(place) {
      const again = await place.figure('sum(increase(load_balancer_retries_total{reason="read_timeout"}[30s]))')
      const [asked, done] = [
        await place.figure('sum(increase(http_requests_total{method="POST",route="/items/:id/reservations",status="201"}[1m]))'),
        await place.figure('sum(increase(load_balancer_requests_total{method="POST",status="201"}[1m]))'),
      ]
      return shown(
        again > 3,
        `${Math.round(again)} sent again in 30 s; reservations: ${Math.round(asked)} made, ${Math.round(done)} answered`,
      )
    },
    async undo(place) {
      await none(place)
      await set('load-balancer', 'resend', 'safe')(place)
      await set('load-balancer', 'read_timeout_ms', '10000')(place)
    },
    within: 60,
  },
  {
    drill: '29',
    name: 'retries 9, resend always, answers after 50 ms, cpu',
    async give(place) {
      for (const [name, value] of [
        ['retries', '9'],
        ['resend', 'always'],
        ['read_timeout_ms', '50'],
      ] as const)
        await set('load-balancer', name, value)(place)
      await fault('cpu', { cpu_ms: 60 })(place)
    },
    async seen(place) {
      const tries = await place.figure('sum(rate(load_balancer_retries_total[30s])) / sum(rate(load_balancer_requests_total[30s]))')
      const good = await place.figure(
        'sum(rate(load_balancer_requests_total{status=~"2.."}[30s])) / sum(rate(load_balancer_requests_total[30s]))',
      )
      return shown(tries > 1, `${(1 + tries).toFixed(1)} attempts a request, ${percent(good)} answered well`)
    },
    async undo(place) {
      await none(place)
      for (const [name, value] of [
        ['retries', '1'],
        ['resend', 'safe'],
        ['read_timeout_ms', '10000'],
      ] as const)
        await set('load-balancer', name, value)(place)
    },
    within: 60,
  },
  {
    drill: '31',
    name: 'errors on one, which says that it is well',
    give: (place) => fault('errors', { p_error: 1, ports: [place.ports[1]] })(place),
    async seen({ get, ports }) {
      const [health, items] = [await get(`http://127.0.0.1:${ports[1]}/healthz`), await get(`http://127.0.0.1:${ports[1]}/items`)]
      return shown(health.status === 200 && items.status >= 500, `/healthz ${health.status}, /items ${items.status}`)
    },
    undo: none,
  },
  {
    drill: '33',
    name: 'scaled 3 to 1',
    give: ({ fleet }) => fleet('/scale', { replicas: 1 }),
    async seen(place) {
      const { events } = await place.fleet<{ events: { type: string; from?: string; to?: string; by: string }[] }>('/events')
      const last = events.findLast(({ type }) => type === 'scaled')
      return shown((await place.instances()).length === 1, `scaled from ${last?.from} to ${last?.to} by ${last?.by}`)
    },
    undo: ({ fleet }) => fleet('/scale', { replicas: 3 }),
  },
  {
    drill: '8',
    name: 'bad_row',
    give: fault('bad_row'),
    async seen(place) {
      await place.get(`${place.book.url('loadBalancer')}/items/17`)
      const ended = (await place.instances()).filter(({ last_exit }) => last_exit?.code === 1)
      return shown(ended.length >= 2, `${ended.length} instances ended with exit status 1 after GET /items/17`)
    },
    undo: none,
    within: 60,
  },
  {
    drill: '23',
    name: 'db_down',
    give: fault('db_down'),
    async seen(place) {
      const up = await place.figure('max(db_up)')
      const refused = await place.figure('sum(increase(db_errors_total{code="ECONNREFUSED"}[30s]))')
      return shown(up === 0 && refused > 0, `db_up 0 on all, ${Math.round(refused)} refused connections`)
    },
    undo: none,
  },
  {
    drill: '20',
    name: 'slow_query',
    give: fault('slow_query'),
    seen: async (place) =>
      shown((await place.sql("SELECT to_regclass('reservations_item_id') AS it"))[0]?.it === null, 'reservations_item_id is gone'),
    undo: none,
  },
]
