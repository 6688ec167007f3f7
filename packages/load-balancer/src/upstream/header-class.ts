/** What the balancer does with a header field, by its name. */
export type HeaderClass = 'keep' | 'drop' | 'host' | 'via' | 'origin' | 'connection' | 'keep-alive' | 'content-length' | 'transfer-encoding'

/**
 * Fields with a meaning of their own here. `drop`: of one connection only (RFC 9110 §7.6.1; `trailer` too, because trailers are dropped, which
 * §6.5.1 allows), or ours to say. `origin`: where a request came from, which only a trusted hop may tell.
 */
const SPECIAL: Readonly<Record<string, HeaderClass>> = {
  connection: 'connection',
  'keep-alive': 'keep-alive',
  'content-length': 'content-length',
  'transfer-encoding': 'transfer-encoding',
  host: 'host',
  via: 'via',
  'proxy-connection': 'drop',
  'proxy-authenticate': 'drop',
  'proxy-authorization': 'drop',
  te: 'drop',
  trailer: 'drop',
  upgrade: 'drop',
  'http2-settings': 'drop',
  expect: 'drop',
  'x-request-start': 'drop',
  'x-lb-backend': 'drop',
  forwarded: 'origin',
  'x-real-ip': 'origin',
}

/** Names as they were spelled so far: most requests spell the same few, and lowering and comparing each time is what a profile shows. */
const seen = new Map<string, HeaderClass>()
const SEEN_AT_MOST = 512

/** The class of a field by its name in any case. */
export function headerClass(name: string): HeaderClass {
  return seen.get(name) ?? classify(name)
}

function classify(name: string): HeaderClass {
  const lower = name.toLowerCase()
  const found = lower.startsWith('x-forwarded-')
    ? 'origin'
    : ((Object.hasOwn(SPECIAL, lower) ? SPECIAL[lower] : undefined) ?? ordinary(lower))
  if (seen.size < SEEN_AT_MOST) seen.set(name, found)
  return found
}

/**
 * A name that some reader takes for a special one goes no further: `_` becomes `-` in CGI's variables (nginx and HAProxy drop such names too), and
 * `Transfer---Encoding` or `Transfer-Encod1ng` has no other purpose.
 */
function ordinary(lower: string): HeaderClass {
  return lower.includes('_') || LOOK_ALIKES.has(skeleton(lower)) ? 'drop' : 'keep'
}

/** The name with everything folded that looks alike or is left out by a lenient reader. */
function skeleton(lower: string): string {
  return lower
    .replace(/[^a-z0-9]/g, '')
    .replace(/[1l]/g, 'i')
    .replaceAll('0', 'o')
    .replaceAll('3', 'e')
    .replaceAll('5', 's')
}

const FRAMING = ['content-length', 'transfer-encoding', 'host', 'connection', 'trailer', 'upgrade', 'expect']
const LOOK_ALIKES: ReadonlySet<string> = new Set(FRAMING.map(skeleton))

const ONLY_PERSISTENCE = /^(?:keep-alive|close)$/i

/** The fields that a Connection header names, lower-case; null when it says no more than whether to keep the connection. */
export function namedByConnection(value: string | undefined): ReadonlySet<string> | null {
  if (value === undefined || ONLY_PERSISTENCE.test(value)) return null
  return new Set(value.split(',').map((each) => each.trim().toLowerCase()))
}
