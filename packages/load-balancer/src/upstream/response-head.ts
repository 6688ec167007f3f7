import { headerClass, namedByConnection } from './header-class.ts'

/** The head of a backend's answer as the caller gets it, and how its body ends (RFC 9112 §6.3). */
export interface ResponseHead {
  status: number
  /** Flat name and value pairs in latin1, end-to-end fields only. */
  headers: string[]
  framing: 'none' | 'length' | 'chunked' | 'close'
  /** Bytes of the body when `framing` is `length`. */
  length: number
  /** Whether the connection may be used again, and for how long it may idle at most (the backend's `Keep-Alive: timeout`), in ms. */
  keepAlive: boolean
  idleMs: number
}

/** What makes an answer unusable: two readers could disagree on where it ends, or it is not HTTP/1. */
export type HeadDefect = 'syntax' | 'framing' | 'switched_protocols'

/** Status line and fields as RFC 9112 writes them: no folding, no bare CR or LF, no space before a colon, no control characters. */
const SYNTAX = /^HTTP\/1\.[01] [1-9]\d\d(?: [\t\x20-\x7e\x80-\xff]*)?\r\n(?:[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\t\x20-\x7e\x80-\xff]*\r\n)*$/
const LENGTH = /^\d{1,15}$/
const SPACE = 32
const TAB = 9

/**
 * Reads `text` up to `end`, where its empty line begins. `forHead` says that the request was a HEAD. Strict on purpose: what is refused becomes a
 * 502, what is guessed becomes another caller's answer.
 */
export function parseResponseHead(text: string, end: number, forHead: boolean): ResponseHead | HeadDefect {
  if (!SYNTAX.test(text.slice(0, end + 2))) return 'syntax'
  const status = Number(text.slice(9, 12))
  if (status === 101) return 'switched_protocols'
  const fields = readFields(text, end)
  if (fields === null) return 'framing'
  const { headers, length, chunked, connection, keepAlive } = fields
  if (chunked && (length >= 0 || text[7] === '0')) return 'framing'
  const bodyless = forHead || status === 204 || status === 304 || status < 200
  // A 204 that announces a body may be followed by one: its connection is not used again.
  const announced = status === 204 && (chunked || length > 0)
  const framing = bodyless ? 'none' : chunked ? 'chunked' : length >= 0 ? 'length' : 'close'
  return {
    status,
    headers: status === 204 ? withoutLength(headers) : headers,
    framing,
    length,
    keepAlive: framing !== 'close' && !announced && staysOpen(connection, text[7] === '1'),
    idleMs: keepAlive === undefined ? Number.POSITIVE_INFINITY : idleLimit(keepAlive),
  }
}

interface Fields {
  headers: string[]
  length: number
  chunked: boolean
  connection: string | undefined
  keepAlive: string | undefined
}

/** Null when Content-Length or Transfer-Encoding stand there twice or say something else than a number and `chunked`. */
function readFields(text: string, end: number): Fields | null {
  const fields: Fields = { headers: [], length: -1, chunked: false, connection: undefined, keepAlive: undefined }
  for (let at = text.indexOf('\r\n') + 2; at < end; ) {
    const eol = text.indexOf('\r\n', at)
    const colon = text.indexOf(':', at)
    const name = text.slice(at, colon)
    const value = trimmed(text, colon + 1, eol)
    at = eol + 2
    const kind = headerClass(name)
    if (kind === 'keep' || kind === 'via' || kind === 'origin' || kind === 'host') fields.headers.push(name, value)
    else if (kind === 'content-length') {
      if (fields.length >= 0 || !LENGTH.test(value)) return null
      fields.length = Number(value)
      fields.headers.push(name, value)
    } else if (kind === 'transfer-encoding') {
      if (fields.chunked || value.toLowerCase() !== 'chunked') return null
      fields.chunked = true
    } else if (kind === 'connection') fields.connection = fields.connection === undefined ? value : `${fields.connection},${value}`
    else if (kind === 'keep-alive') fields.keepAlive = value
  }
  const named = namedByConnection(fields.connection)
  if (named) fields.headers = withoutNamed(fields.headers, named)
  return fields
}

function trimmed(text: string, from: number, to: number): string {
  let start = from
  let end = to
  while (start < end && isBlank(text.charCodeAt(start))) start += 1
  while (end > start && isBlank(text.charCodeAt(end - 1))) end -= 1
  return text.slice(start, end)
}

function isBlank(code: number): boolean {
  return code === SPACE || code === TAB
}

/** A field is not dropped because `Connection` names it when it frames the message. */
function withoutNamed(headers: readonly string[], named: ReadonlySet<string>): string[] {
  return headers.filter((_, i) => {
    const name = (headers[i - (i % 2)] ?? '').toLowerCase()
    return name === 'content-length' || !named.has(name)
  })
}

function withoutLength(headers: readonly string[]): string[] {
  return headers.filter((_, i) => headers[i - (i % 2)]?.toLowerCase() !== 'content-length')
}

function staysOpen(connection: string | undefined, oneDotOne: boolean): boolean {
  if (connection === undefined) return oneDotOne
  const options = connection.toLowerCase()
  if (/(?:^|[\s,])close(?:$|[\s,])/.test(options)) return false
  return oneDotOne || /(?:^|[\s,])keep-alive(?:$|[\s,])/.test(options)
}

/** A second less than the backend says, so that it is not asked over a connection that it is just closing. */
function idleLimit(keepAlive: string): number {
  const seconds = /(?:^|[\s,])timeout=(\d{1,6})/i.exec(keepAlive)?.[1]
  return seconds === undefined ? Number.POSITIVE_INFINITY : (Number(seconds) - 1) * 1_000
}
