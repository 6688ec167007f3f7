import type { IncomingMessage } from 'node:http'

/** Of one connection only (RFC 9110 §7.6.1). `trailer` goes too: trailers are dropped, which §6.5.1 allows. */
const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade'])
/** What only the balancer may say about where a request came from, and `expect`, which Node has answered. */
const REPLACED = new Set(['host', 'forwarded', 'via', 'x-real-ip', 'expect'])
/** Never dropped because `Connection` names it: it frames the message. */
const FRAMING = 'content-length'

/**
 * The headers of a request as a backend gets them: flat name and value pairs, end-to-end fields only, the caller's address as the only
 * X-Forwarded-For, one Via added (RFC 9110 §7.6.3).
 */
export function requestHeaders({ rawHeaders, headers, httpVersion, socket }: IncomingMessage, host: string | undefined): string[] {
  const named = namedByConnection(headers.connection)
  const kept: string[] = host === undefined ? [] : ['host', host]
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] ?? ''
    const lower = name.toLowerCase()
    if (isDropped(lower, named) || REPLACED.has(lower) || lower.startsWith('x-forwarded-')) continue
    kept.push(name, rawHeaders[i + 1] ?? '')
  }
  const via = `${httpVersion} oncall-lab`
  kept.push('x-forwarded-for', socket.remoteAddress ?? 'unknown', 'via', headers.via ? `${headers.via}, ${via}` : via)
  return kept
}

/** The headers of a backend's answer as the caller gets them: flat pairs in latin1, end-to-end fields only, plus X-LB-Backend. */
export function responseHeaders(raw: readonly (Buffer | string)[], backend: string): string[] {
  const pairs = raw.map((each) => (typeof each === 'string' ? each : each.toString('latin1')))
  const connection = pairs.filter((_, i) => i % 2 === 1 && pairs[i - 1]?.toLowerCase() === 'connection').join(',')
  const named = namedByConnection(connection)
  const kept: string[] = []
  for (let i = 0; i + 1 < pairs.length; i += 2) {
    const name = pairs[i] ?? ''
    const lower = name.toLowerCase()
    if (!isDropped(lower, named) && lower !== 'x-lb-backend') kept.push(name, pairs[i + 1] ?? '')
  }
  kept.push('X-LB-Backend', backend)
  return kept
}

function namedByConnection(connection: string | undefined): string[] {
  if (!connection) return []
  return connection.split(',').map((each) => each.trim().toLowerCase())
}

function isDropped(name: string, namedByConnection: string[]): boolean {
  return HOP_BY_HOP.has(name) || (name !== FRAMING && namedByConnection.includes(name))
}
