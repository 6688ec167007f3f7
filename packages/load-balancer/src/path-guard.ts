/** What may happen to a request for a path, and why. */
export type PathRule =
  | { kind: 'own'; reason: 'health' | 'metrics' }
  | { kind: 'refuse'; reason: 'internal_route' }
  | { kind: 'local_only'; reason: 'log_route' }
  | { kind: 'proxy'; reason: 'ordinary' }

const INTERNAL = /^\/(faults|metrics)(\/|$)/
const LOGS = /^\/logs(\/|$)/
/** Paths for which every reader agrees on the spelling. */
const PLAIN = /^(\/[a-z0-9_-]+)*\/?$/

/**
 * Decides over the raw path of a request target (origin form, query included). `/faults` and `/metrics` of an instance are never reachable
 * through the balancer in whatever spelling: what any reader might take for them counts as them.
 */
export function decidePath(target: string): PathRule {
  const path = target.split('?', 1)[0] ?? ''
  if (path === '/healthz') return { kind: 'own', reason: 'health' }
  if (path === '/metrics') return { kind: 'own', reason: 'metrics' }
  const readings = PLAIN.test(path) ? [path] : readPath(path)
  if (readings.some((each) => INTERNAL.test(each))) return { kind: 'refuse', reason: 'internal_route' }
  if (readings.some((each) => LOGS.test(each))) return { kind: 'local_only', reason: 'log_route' }
  return { kind: 'proxy', reason: 'ordinary' }
}

/** The ways to read a path: with and without dot segments resolved, for they are an instance's to resolve or not. */
function readPath(path: string): string[] {
  // Everything after `;` is a parameter to some routers, and `#` starts no fragment on the wire but does in some URL parsers.
  const plain = `/${decodeFully(path).split(/[;#?]/, 1)[0]}`.replaceAll('\\', '/').replace(/\/+/g, '/').toLowerCase()
  return [plain, resolveDots(plain)]
}

/** Undoes percent-encoding until nothing changes, so that `%252f` counts as `/`; what is no escape stays. */
function decodeFully(path: string): string {
  let decoded = path
  for (let before = ''; before !== decoded; ) {
    before = decoded
    decoded = decoded.replace(/%([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)))
  }
  return decoded
}

function resolveDots(path: string): string {
  const kept: string[] = []
  for (const segment of path.split('/')) {
    if (segment === '..') kept.pop()
    else if (segment !== '.' && segment !== '') kept.push(segment)
  }
  return `/${kept.join('/')}`
}
