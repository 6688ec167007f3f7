import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** One route of one process, as a page in a browser would address it. */
export interface Route {
  /** The process, e.g. `process-manager`. */
  of: string
  method: string
  /** With parameters filled in. */
  url: string
}

/** What a process answers, in its own words. */
interface LoggedRoutes {
  name: string
  routes: { method: string; url: string }[]
}

/** Ports at offset 0 of all processes that log their routes; a process that is not here fails the test. */
const PORTS: Record<string, number> = {
  'process-manager': 7070,
  inventory: 8001,
  console: 8087,
  'on-call-agent': 8088,
  'stand-ins': 8089,
  'rules-model': 8090,
  gateway: 8091,
}

/** What stands on the console's own address, by the prefix of its proxy; its other routes are its own. */
const BEHIND_CONSOLE: Record<string, string> = {
  '/agent': 'on-call-agent',
  '/fleet': 'process-manager',
  '/prometheus': 'prometheus',
  '/alertmanager': 'alertmanager',
  '/phone': 'stand-ins',
  '/mail': 'stand-ins',
}

/** Of programs that are not ours: what changes something there, or could if it were switched on. */
const FOREIGN_PROGRAMS: Record<string, { port: number; routes: { method: string; url: string }[] }> = {
  alertmanager: {
    port: 9093,
    routes: [
      { method: 'POST', url: '/api/v2/alerts' },
      { method: 'POST', url: '/api/v2/silences' },
      { method: 'DELETE', url: '/api/v2/silence/:silence' },
      { method: 'POST', url: '/-/reload' },
    ],
  },
  prometheus: {
    port: 9090,
    routes: [
      { method: 'POST', url: '/-/reload' },
      { method: 'PUT', url: '/-/reload' },
      { method: 'POST', url: '/-/quit' },
      { method: 'POST', url: '/api/v1/write' },
      { method: 'POST', url: '/api/v1/otlp/v1/metrics' },
      { method: 'POST', url: '/api/v1/admin/tsdb/delete_series?match[]=up' },
      { method: 'POST', url: '/api/v1/admin/tsdb/snapshot' },
    ],
  },
}

/** Reads what every process of a lab under LOG_LEVEL=debug has logged of its routes. */
function readLoggedRoutes(logs: string): LoggedRoutes[] {
  const lines = readdirSync(logs)
    .filter((name) => name.endsWith('.log'))
    .flatMap((name) => readFileSync(join(logs, name), 'utf8').split('\n'))
  const found = lines.filter((line) => line.includes('"msg":"routes"')).map((line) => JSON.parse(line) as LoggedRoutes) // As service.ts logs it.
  // All instances of inventory are alike, and the balancer's own two routes change nothing.
  return [...new Map(found.map((entry) => [entry.name, entry])).values()].filter(({ name }) => name !== 'load-balancer')
}

/**
 * All routes of all processes of a lab. The routes of inventory stand there twice, as the load balancer passes them on; what the console passes on stands
 * there under its prefixes. `values` fills the parameters, by name.
 */
export function readRoutes(logs: string, offset: number, values: Record<string, string>): Route[] {
  const own = readLoggedRoutes(logs)
  const unknown = own.filter(({ name }) => PORTS[name] === undefined).map(({ name }) => name)
  if (unknown.length > 0) throw new Error(`The browser test does not know where ${unknown.join(', ')} listens: add it to PORTS`)
  const base = (port: number) => `http://127.0.0.1:${port + offset}`
  const tables = Object.fromEntries(own.map(({ name, routes }) => [name, routes]))
  for (const [name, { routes }] of Object.entries(FOREIGN_PROGRAMS)) tables[name] = routes
  const places = [
    ...own.map(({ name }) => ({ of: name, at: base(PORTS[name] ?? 0), table: name })),
    ...Object.entries(FOREIGN_PROGRAMS).map(([name, { port }]) => ({ of: name, at: base(port), table: name })),
    { of: 'load-balancer', at: base(9000), table: 'inventory' },
    ...('console' in tables
      ? Object.entries(BEHIND_CONSOLE).map(([prefix, table]) => ({ of: `console${prefix}`, at: `${base(8087)}${prefix}`, table }))
      : []),
  ]
  return places.flatMap(({ of, at, table }) =>
    (tables[table] ?? []).map(({ method, url }) => ({
      of,
      method,
      url: `${at}${url.replace(/:(\w+)/g, (_, name) => values[name] ?? '1')}`,
    })),
  )
}

/** True for a request that may change something. */
export function isWriting({ method }: Route): boolean {
  return !['GET', 'HEAD', 'OPTIONS'].includes(method)
}
