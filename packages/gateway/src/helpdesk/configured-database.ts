import type { Capabilities } from '@oncall-lab/on-call-agent/api'
import { decodePart } from '@oncall-lab/service-kit/decode-part'
import { LabError } from '@oncall-lab/service-kit/errors'

/** Where a database is: what tells one from another, without who logs in. */
interface Place {
  host: string
  port: string
  database: string
}

/**
 * The name of the configured database that a connection string stands for; undefined without one. Only its place is compared: the agent logs in with its own
 * role, and the string's user and password go nowhere. @throws LabError 403 for every other database.
 */
export function configuredDatabase(
  connectionString: string | undefined,
  target: Capabilities['targets'][number] | undefined,
): string | undefined {
  if (connectionString === undefined) return undefined
  const place = readPlace(connectionString)
  const known = place && readConfigured(target?.detail ?? '').find((each) => isSame(each, place))
  if (known) return known.name
  throw new LabError(
    'connection_string names no configured database; nothing was connected. Leave it out, or use a database that the agent looks after.',
    {
      code: 'unknown_database',
      status: 403,
      field: 'body.connection_string',
    },
  )
}

/** `name: host:port/database, …`, as the agent describes its target. */
export function readConfigured(detail: string): (Place & { name: string })[] {
  return detail.split(', ').flatMap((each) => {
    const [, name, host, port, database] = /^([^:]+): (.+):(\d+)\/(.+)$/.exec(each) ?? []
    return name && host && port && database ? [{ name, host, port, database }] : []
  })
}

/** A URL, or `key=value` pairs as libpq takes them; undefined for what is neither, or names several hosts. */
function readPlace(text: string): Place | undefined {
  if (/^postgres(ql)?:\/\//.test(text)) return readUrl(text)
  const pairs = new Map(
    [...text.matchAll(/(?<!\w)(\w+)\s*=\s*(?:'((?:[^'\\]|\\.)*)'|(\S+))/g)].map(([, key = '', quoted, plain = '']) => [
      key,
      quoted ?? plain,
    ]),
  )
  const database = pairs.get('dbname')
  // `hostaddr` and `service` decide where libpq connects, whatever `host` says.
  if (database === undefined || pairs.has('hostaddr') || pairs.has('service')) return undefined
  return { host: pairs.get('host') ?? 'localhost', port: pairs.get('port') ?? '5432', database }
}

function readUrl(text: string): Place | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined
  // A query could name another host.
  if (url === undefined || url.search !== '' || url.hash !== '') return undefined
  const database = decodePart(url.pathname.slice(1))
  return database === undefined ? undefined : { host: url.hostname, port: url.port || '5432', database }
}

const LOOPBACK = ['localhost', '127.0.0.1', '::1', '[::1]']
const hostOf = (host: string) => (LOOPBACK.includes(host.toLowerCase()) ? 'localhost' : host.toLowerCase())

function isSame(known: Place, given: Place): boolean {
  return hostOf(known.host) === hostOf(given.host) && known.port === given.port && known.database === given.database
}
