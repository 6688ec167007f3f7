import type { CauseId } from '@oncall-lab/on-call-agent/api'
import { present } from '../../test-parts/simulated-metrics.ts'
import { runningInstance, type World } from '../../test-parts/simulated-world.ts'
import type { Scene } from '../scene.ts'
import { ago, alertOf, backends, between, logged, noise, perInstance, type Setting, since } from '../setting.ts'
import { COVERED, wholeShop } from './whole-shop.ts'

/** A cause that errors in the log show. */
export interface WholeLogged {
  id: string
  causes: CauseId[]
  /** Of an `unknown`: what its words have to quote. */
  says?: RegExp
  entry: { message: string; error?: string; code?: string; stack?: string; method?: string }
  /** The share of the requests there that fail. */
  share?: [number, number]
  status?: number
  /** Only the last route, the one that writes. */
  writes?: boolean
  /** Only the first so many instances; they have to be named. */
  on?: number
  more?: (at: Setting) => Parameters<typeof wholeShop>[1]
}

/** Its scene: what fails is counted, logged and alerted on. */
export function wholeLoggedScene({ id, causes, says, entry, share = [0.25, 0.8], status = 500, writes, on, more }: WholeLogged): Scene {
  return {
    id,
    unlisted: true,
    play(at) {
      const routes = writes ? at.routes.slice(-1) : at.routes
      const instances = at.instances.slice(0, on)
      const failing = { share: between(at, ...share), routes, instances, status: String(status) }
      const where = writes ? ` on ${routes[0]}` : on === 1 ? ` on ${instances[0]}` : ''
      const labels = on === 1 ? { instance: instances[0] ?? '' } : {}
      return {
        world: wholeShop(at, {
          failing,
          alerts: [alertOf(at, on === 1 ? 'InstanceFailing' : 'ErrorBurst', `many requests fail${where}`, { labels })],
          log: [...noise(at), ...logged(at, { status, ...entry, ...(writes && { method: 'POST' }) }, { routes, instances })],
          ...more?.(at),
        }),
        truth: { causes, ...(says && { says }), ...(on !== undefined && { instances: [...instances].sort() }) },
      }
    },
  }
}

export const sqlCode = (at: Setting, code: string, on = at.instances.length): World['metrics'] => ({
  database_errors: [present({ code }, Number((at.rps / 4).toFixed(2)))],
  database_up: perInstance(at, 300, () => 1, 1, at.instances.slice(0, on)),
})
const refused = { ...COVERED, database: 'shop', reachable: false, milliseconds: 2.2 }
/** Somebody changed a setting as it began. */
export const setting = (at: Setting, name: string, from: string, to: string, ports: number[] = []) => ({
  ...{
    at: ago(at.began + 4),
    what: `setting_changed ${at.service} ${name}`,
    by: 'POST /settings by milan',
    ports,
    from,
    to,
    release: null,
  },
})
const portsOf = (names: string[]) => names.map((name) => Number(name.split(':')[1]))
/** These instances were started anew, on purpose, just before it began. */
const startedAnew = (at: Setting, count: number) => ({
  instances: at.instances.map((name, index) => runningInstance(name, index < count ? { started_at: ago(at.began + 6) } : {})),
  load_balancer: backends(at.instances),
})

/** What a service of any language logs when it meets these; the words are those of the programs named. */
const LOGGED: WholeLogged[] = [
  {
    id: 'the write-ahead log of the database fills its disk',
    causes: ['database_down', 'disk_full'],
    entry: { message: 'the database system is in recovery mode', code: '57P03', error: 'DatabaseError' },
    status: 503,
    more: (at) => ({
      metrics: { database_errors: [present({ code: '57P03' }, at.rps / 2)], database_up: perInstance(at, 300, since(at, 0, 1), 1) },
      looks: { check_connection: { ...refused, error: { code: '57P03', message: 'the database system is in recovery mode' } } },
      broken: Object.fromEntries(
        ['get_connection_stats', 'get_active_connections', 'get_lock_info', 'get_table_stats', 'get_database_stats'].map((name) => [
          name,
          { code: '57P03', message: 'the database system is in recovery mode', times: Number.POSITIVE_INFINITY },
        ]),
      ),
    }),
  },
  {
    id: 'a name that still leads to the old address',
    causes: ['dependency_down', 'network_partial'],
    entry: {
      message: 'connect EHOSTUNREACH 10.2.0.17:8443',
      code: 'EHOSTUNREACH',
      stack: 'Error: connect EHOSTUNREACH 10.2.0.17:8443\n    at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1611:16)',
    },
    status: 502,
    writes: true,
  },
  {
    id: 'one instance without the new root certificate',
    causes: ['bad_configuration', 'bad_instance'],
    entry: { message: 'unable to get local issuer certificate', code: 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY' },
    on: 1,
  },
  {
    id: 'a flag that half of the fleet has',
    causes: ['bad_configuration'],
    entry: {
      message: 'this.tax.rateFor is not a function',
      error: 'TypeError',
      stack:
        'TypeError: this.tax.rateFor is not a function\n    at Quote.total (/app/src/quotes/quote.js:88:31)\n    at async handle (/app/src/http/route.js:41:20)',
    },
    on: 1,
    more: (at) => ({ changes: [setting(at, 'NEW_TAX', 'off', 'on', portsOf(at.instances.slice(0, 1)))] }),
  },
  {
    id: 'a state that the code does not know',
    causes: ['schema_mismatch', 'bad_data'],
    entry: { message: 'invalid input value for enum order_state: "on_hold"', code: '22P02', error: 'DatabaseError' },
    writes: true,
    more: (at) => ({ metrics: sqlCode(at, '22P02') }),
  },
  {
    id: 'names with a percent sign',
    causes: ['application_exception', 'bad_data'],
    entry: {
      message: 'URI malformed',
      error: 'URIError',
      stack:
        'URIError: URI malformed\n    at decodeURIComponent (<anonymous>)\n    at nameOf (/app/src/catalog/name.js:19:10)\n    at show (/app/src/catalog/show.js:33:18)',
    },
    share: [0.06, 0.12],
  },
  {
    id: 'no further process may be started',
    causes: ['resource_exhausted'],
    entry: { message: 'spawn /usr/bin/wkhtmltopdf EAGAIN', code: 'EAGAIN' },
    writes: true,
  },
  {
    id: 'the pooler hands out another session',
    causes: ['bad_configuration'],
    entry: { message: 'prepared statement "s12" does not exist', code: '26000', error: 'DatabaseError' },
    more: (at) => ({ metrics: sqlCode(at, '26000'), changes: [setting(at, 'DATABASE_PORT', '5432', '6432')] }),
  },
  {
    id: 'the pooler takes no more clients',
    causes: ['connections_exhausted'],
    entry: { message: 'no more connections allowed (max_client_conn)', code: '08P01', error: 'DatabaseError' },
    status: 503,
    more: (at) => ({
      metrics: { database_errors: [present({ code: '08P01' }, at.rps / 3)], database_up: perInstance(at, 300, since(at, 0, 1), 1) },
    }),
  },
  {
    id: 'a sort that may not write so much',
    causes: ['resource_exhausted', 'bad_configuration', 'slow_query', 'disk_full'],
    entry: { message: 'temporary file size exceeds "temp_file_limit" (1048576kB)', code: '53400', error: 'DatabaseError' },
    more: (at) => ({ metrics: sqlCode(at, '53400') }),
  },
  {
    id: 'one instance starts with the old password',
    causes: ['database_refuses_login', 'bad_configuration', 'bad_instance'],
    entry: { message: 'password authentication failed for user "shop"', code: '28P01', error: 'DatabaseError' },
    status: 503,
    on: 1,
    more: (at) => ({
      instances: startedAnew(at, 1),
      metrics: {
        database_errors: [present({ code: '28P01' }, at.rps / at.instances.length)],
        database_up: perInstance(at, 300, since(at, 0, 1), 1, at.instances.slice(0, 1)),
      },
    }),
  },
  {
    id: 'the file system of one instance is read-only',
    causes: ['disk_full', 'resource_exhausted', 'bad_instance', 'permission_denied', 'unknown'],
    says: /EROFS|read-only/,
    entry: { message: "EROFS: read-only file system, open '/var/lib/shop/export-4411.csv'", code: 'EROFS' },
    on: 1,
  },
]

export const WHOLE_LOGGED: readonly Scene[] = LOGGED.map(wholeLoggedScene)
