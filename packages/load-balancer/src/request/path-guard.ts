/** What may happen to a request for a path, and why. */
export type PathRule =
  | { kind: 'own'; reason: 'health' | 'metrics' }
  | { kind: 'malformed'; reason: 'ambiguous_path' }
  | { kind: 'refuse'; reason: 'internal_route' }
  | { kind: 'local_only'; reason: 'log_route' }
  | { kind: 'proxy'; reason: 'ordinary' }

const INTERNAL = /^\/(faults|metrics)(\/|$)/
const LOGS = /^\/logs(\/|$)/
/** Paths for which every reader agrees on the spelling. */
const PLAIN = /^(?:\/[a-z0-9_-]+)*\/?$/
/** What some reader may act on: a dot segment, a backslash, an empty segment. */
const AMBIGUOUS = /(?:^|\/)\.{1,2}(?:\/|$)|\\|\/\//

/**
 * Decides over the raw path of a request target (origin form, query included). `/faults` and `/metrics` of an instance are never reachable
 * through the balancer in whatever spelling: what any reader might take for them counts as them. Spellings over which readers disagree are refused,
 * not rewritten, so that a backend sees exactly the target that was judged.
 */
export function decidePath(target: string): PathRule {
  const path = target.split('?', 1)[0] ?? ''
  if (path === '/healthz') return { kind: 'own', reason: 'health' }
  if (path === '/metrics') return { kind: 'own', reason: 'metrics' }
  if (PLAIN.test(path)) return decideReading(path)
  const decoded = decodeFully(path)
  if (decoded === null) return { kind: 'malformed', reason: 'ambiguous_path' }
  const rules = readings(decoded).map(decideReading)
  const strict = rules.find(({ kind }) => kind === 'refuse')
  if (strict) return strict
  if (AMBIGUOUS.test(decoded) || hasControlCharacter(decoded)) return { kind: 'malformed', reason: 'ambiguous_path' }
  return rules.find(({ kind }) => kind === 'local_only') ?? ORDINARY
}

const ORDINARY: PathRule = { kind: 'proxy', reason: 'ordinary' }

function decideReading(path: string): PathRule {
  if (INTERNAL.test(path)) return { kind: 'refuse', reason: 'internal_route' }
  return LOGS.test(path) ? { kind: 'local_only', reason: 'log_route' } : ORDINARY
}

/** The ways to read a path: with and without dot segments resolved, for they are an instance's to resolve or not. */
function readings(decoded: string): string[] {
  // Everything after `;` is a parameter to some routers, and `#` starts no fragment on the wire but does in some URL parsers.
  const plain = `/${decoded.split(/[;#?]/, 1)[0]}`.replaceAll('\\', '/').replace(/\/+/g, '/').toLowerCase()
  return [plain, resolveDots(plain)]
}

/** Layers of percent-encoding that are undone; who hides a path deeper is refused, for each layer costs a pass over the path. */
const LAYERS_AT_MOST = 4

/** Undoes percent-encoding until nothing changes, so that `%252f` counts as `/`; what is no escape stays. Null when there is no end to it. */
function decodeFully(path: string): string | null {
  let decoded = path
  for (let layer = 0; layer <= LAYERS_AT_MOST; layer += 1) {
    const before = decoded
    decoded = before.replace(/%([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)))
    if (decoded === before) return decoded
  }
  return null
}

function resolveDots(path: string): string {
  const kept: string[] = []
  for (const segment of path.split('/')) {
    if (segment === '..') kept.pop()
    else if (segment !== '.' && segment !== '') kept.push(segment)
  }
  return `/${kept.join('/')}`
}

function hasControlCharacter(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code < 32 || code === 127) return true
  }
  return false
}
