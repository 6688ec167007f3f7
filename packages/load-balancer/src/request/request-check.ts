import type { IncomingMessage } from 'node:http'

/** A request that goes on, with its target in origin form and the Host to send; or what is wrong with it. */
export type RequestCheck = { kind: 'pass'; target: string; host: string | undefined } | Rejection

interface Rejection {
  kind: 'reject'
  status: 400 | 405 | 413 | 414 | 417 | 501
  reason: string
  detail: string
}

/** uri-host [ ":" port ] of RFC 3986 §3.2, without user information. */
const HOST = /^([a-z0-9._~!$&'()*+;=%-]+|\[[0-9a-f:.]+\])(:\d{0,5})?$/i
const TARGET = /^\/[\x21-\x7e]*$/
const ABSOLUTE = /^http:\/\/([^/?#]+)([^#]*)$/i

/** The largest body the balancer forwards, in bytes. */
export const MAX_BODY_BYTES = 64 * 1024 * 1024
/** The longest request target, in characters; RFC 9110 §4.1 asks for at least 8,000. */
export const MAX_TARGET_LENGTH = 8_192

/**
 * What RFC 9112 §3 asks of a request and Node's parser lets pass: exactly one well-formed Host, a target in origin or absolute form, one coding at most,
 * and our limits. Framing (Content-Length, header syntax) is refused by that parser already.
 */
export function checkRequest(request: IncomingMessage): RequestCheck {
  const { url = '', method, httpVersion, headers } = request
  const fault = checkFraming(request)
  if (fault !== null) return fault
  if (method === 'TRACE') return reject(405, 'method_not_allowed', 'TRACE shows a request to whoever can send one; it is not offered.')
  if (url.length > MAX_TARGET_LENGTH)
    return reject(414, 'target_too_long', `A request target has at most ${MAX_TARGET_LENGTH} characters here.`)
  const { host } = headers
  if (host === undefined ? httpVersion !== '1.0' : !HOST.test(host))
    return reject(400, 'bad_host', 'The Host header is not a host name with an optional port.')
  if (TARGET.test(url) || (url === '*' && method === 'OPTIONS')) return { kind: 'pass', target: url, host }
  // In absolute form the target's own authority counts, not Host (RFC 9112 §3.2.2).
  const [, authority = '', rest = ''] = ABSOLUTE.exec(url) ?? []
  const target = rest.startsWith('/') ? rest : `/${rest}`
  if (HOST.test(authority) && TARGET.test(target)) return { kind: 'pass', target, host: authority }
  return reject(400, 'bad_target', 'The request target is not a path of visible ASCII characters.')
}

function checkFraming({ rawHeaders, headers, httpVersion }: IncomingMessage): Rejection | null {
  let hosts = 0
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] ?? ''
    if (name.length === 4 && name.toLowerCase() === 'host') hosts += 1
    else if (name.length === 0) return reject(400, 'bad_header', 'A header has no name.')
  }
  if (hosts > 1) return reject(400, 'bad_host', 'There is more than one Host header.')
  const coding = headers['transfer-encoding']
  if (coding !== undefined && (coding.toLowerCase() !== 'chunked' || httpVersion !== '1.1'))
    return coding.toLowerCase() === 'chunked'
      ? reject(400, 'bad_framing', 'Transfer-Encoding is not known in HTTP/1.0.')
      : reject(501, 'unknown_coding', 'The only transfer coding known here is chunked.')
  if (headers['content-length'] !== undefined && Number(headers['content-length']) > MAX_BODY_BYTES)
    return reject(413, 'body_too_large', `A body has at most ${MAX_BODY_BYTES} bytes here.`)
  return null
}

function reject(status: Rejection['status'], reason: string, detail: string): Rejection {
  return { kind: 'reject', status, reason, detail }
}
