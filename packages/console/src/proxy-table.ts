import { decodePart } from '@oncall-lab/service-kit/decode-part'

/** The parts that a page may reach, each under one prefix. Nothing else is reachable through the console. */
export interface ProxyTable {
  /** `http://127.0.0.1:8088`, without a trailing slash. */
  agent: string
  fleet: string
  prometheus: string
  alertmanager: string
  /** The stand-ins' phone; its own paths begin with `/phone`, which therefore stays. */
  phone: string
  /** The stand-ins' mailbox, below `/mail` there too. */
  mail: string
}

/** Where one request goes, or why it goes nowhere. */
export type ProxyDecision =
  | { kind: 'forward'; to: string; part: keyof ProxyTable }
  | { kind: 'refuse'; reason: 'unknown_part' | 'ambiguous_path' | 'bad_encoding' }

const PARTS = ['agent', 'fleet', 'prometheus', 'alertmanager', 'phone', 'mail'] as const
/** Their own paths begin with the prefix. */
const KEPT: readonly string[] = ['phone', 'mail']

/**
 * Maps `/<part>/<path>` to the part's address. A path that two readers could understand differently (dot segments, encoded separators, doubled
 * slashes, a backslash) is refused instead of normalised: RFC 3986, section 5.2.4, leaves the order of decoding and normalising to the reader.
 */
export function decideProxy(url: string, table: ProxyTable): ProxyDecision {
  const [path = '', ...query] = url.split('?')
  const part = PARTS.find((each) => path === `/${each}` || path.startsWith(`/${each}/`))
  if (!part) return { kind: 'refuse', reason: 'unknown_part' }
  if (/\\|\/\/|%2f|%5c|%2e|%25|[^\x21-\x7e]/i.test(path) || path.split('/').some((segment) => segment === '.' || segment === '..')) {
    return { kind: 'refuse', reason: 'ambiguous_path' }
  }
  // The library that forwards decodes all of it, and throws.
  if (decodePart(url) === undefined) return { kind: 'refuse', reason: 'bad_encoding' }
  const rest = KEPT.includes(part) ? path : path.slice(part.length + 1) || '/'
  return { kind: 'forward', part, to: `${table[part]}${rest}${query.length > 0 ? `?${query.join('?')}` : ''}` }
}
