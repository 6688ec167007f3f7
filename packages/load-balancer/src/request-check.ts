import type { IncomingMessage } from 'node:http'

/** A request that goes on, with its target in origin form and the Host to send; or what is wrong with it. */
export type RequestCheck =
  | { kind: 'pass'; target: string; host: string | undefined }
  | { kind: 'reject'; status: 400 | 413; reason: 'bad_host' | 'bad_target' | 'body_too_large'; detail: string }

/** uri-host [ ":" port ] of RFC 3986 §3.2, without user information. */
const HOST = /^([a-z0-9._~!$&'()*+;=%-]+|\[[0-9a-f:.]+\])(:\d{0,5})?$/i
const TARGET = /^\/[\x21-\x7e]*$/
const ABSOLUTE = /^http:\/\/([^/?#]+)([^#]*)$/i

/** The largest body the balancer forwards, in bytes. */
export const MAX_BODY_BYTES = 64 * 1024 * 1024

/**
 * What RFC 9112 §3 asks of a request and Node's parser lets pass: exactly one well-formed Host, a target in origin or absolute form.
 * Framing (Content-Length, Transfer-Encoding, header syntax) is refused by that parser already.
 */
export function checkRequest({ url = '', method, httpVersion, rawHeaders, headers }: IncomingMessage): RequestCheck {
  const hosts = rawHeaders.filter((_, i) => i % 2 === 0 && isHost(rawHeaders[i])).length
  const host = headers.host
  if (hosts > 1) return { kind: 'reject', status: 400, reason: 'bad_host', detail: 'There is more than one Host header.' }
  if (host === undefined ? httpVersion !== '1.0' : !HOST.test(host))
    return { kind: 'reject', status: 400, reason: 'bad_host', detail: 'The Host header is not a host name with an optional port.' }
  if (Number(headers['content-length'] ?? 0) > MAX_BODY_BYTES)
    return { kind: 'reject', status: 413, reason: 'body_too_large', detail: `A body has at most ${MAX_BODY_BYTES} bytes here.` }
  if (TARGET.test(url)) return { kind: 'pass', target: url, host }
  if (url === '*' && method === 'OPTIONS') return { kind: 'pass', target: url, host }
  // In absolute form the target's own authority counts, not Host (RFC 9112 §3.2.2).
  const [, authority = '', rest = ''] = ABSOLUTE.exec(url) ?? []
  const target = rest.startsWith('/') ? rest : `/${rest}`
  if (HOST.test(authority) && TARGET.test(target)) return { kind: 'pass', target, host: authority }
  return { kind: 'reject', status: 400, reason: 'bad_target', detail: 'The request target is not a path of visible ASCII characters.' }
}

function isHost(name: string | undefined): boolean {
  return name?.length === 4 && name.toLowerCase() === 'host'
}
