import type { IncomingMessage } from 'node:http'
import { headerClass, namedByConnection } from '../upstream/header-class.ts'

/** What is said of a caller to the backends. */
export interface Origin {
  /** Its address. */
  address: string
  /** It is a hop that is trusted to say where its requests came from. */
  trusted: boolean
}

/**
 * The head of a request as a backend gets it, up to its framing and the empty line: end-to-end fields only; Host, X-Forwarded-* and Via (RFC 9110
 * §7.6.3) are ours. What a caller says about its own origin is dropped, unless it is trusted. Every part of it went through Node's strict
 * parser and `checkRequest`, so nothing in it can end a line.
 */
export function writeRequestHead(request: IncomingMessage, target: string, host: string | undefined, origin: Origin): string {
  const { rawHeaders, headers, method, httpVersion } = request
  const named = namedByConnection(headers.connection)
  let head = `${method} ${target} HTTP/1.1\r\nHost: ${host ?? ''}\r\n`
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] ?? ''
    if (headerClass(name) !== 'keep' || named?.has(name.toLowerCase())) continue
    head += `${name}: ${rawHeaders[i + 1]}\r\n`
  }
  const via = httpVersion === '1.1' ? '1.1 oncall-lab' : `${httpVersion} oncall-lab`
  return head + (origin.trusted ? relayed(request, host, origin, via) : own(origin, host, via))
}

function own({ address }: Origin, host: string | undefined, via: string): string {
  return `X-Forwarded-For: ${address}\r\nX-Forwarded-Proto: http\r\nX-Forwarded-Host: ${host ?? ''}\r\nVia: ${via}\r\n`
}

/** What a trusted hop says stays, and is added to. */
function relayed({ rawHeaders, headers }: IncomingMessage, host: string | undefined, { address }: Origin, via: string): string {
  let kept = ''
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] ?? ''
    if (headerClass(name) !== 'origin' || OURS.has(name.toLowerCase())) continue
    kept += `${name}: ${rawHeaders[i + 1]}\r\n`
  }
  const hops = joined(headers['x-forwarded-for'])
  return (
    `${kept}X-Forwarded-For: ${hops ? `${hops}, ${address}` : address}\r\n` +
    `X-Forwarded-Proto: ${joined(headers['x-forwarded-proto']) || 'http'}\r\n` +
    `X-Forwarded-Host: ${joined(headers['x-forwarded-host']) || (host ?? '')}\r\n` +
    `Via: ${headers.via ? `${headers.via}, ${via}` : via}\r\n`
  )
}

const OURS = new Set(['x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host'])

function joined(value: string | string[] | undefined): string {
  return Array.isArray(value) ? value.join(', ') : (value ?? '')
}
