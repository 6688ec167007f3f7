const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+"
/** More than one space is no danger: RFC 9112 §3 lets readers take it for one. */
const REQUEST_LINE = new RegExp(`^(${TOKEN}) +([\\x21-\\x7e]+) +HTTP/1\\.([01])$`)
const FIELD = new RegExp(
  `^(${TOKEN}):[ \\t]*((?:[\\x21-\\x7e\\x80-\\xff](?:[\\t\\x20-\\x7e\\x80-\\xff]*[\\x21-\\x7e\\x80-\\xff])?)?)[ \\t]*$`,
)
const CHUNK_SIZE = new RegExp(`^([0-9a-fA-F]{1,8})(?:;${TOKEN}(?:=(?:${TOKEN}|"[\\t\\x20!#-\\x7e]*"))?)*$`)

/** What stands in some bytes: complete requests as `METHOD target body`, then nothing more, a part of another one, or what is no HTTP/1.1. */
export interface Reading {
  requests: string[]
  end: 'clean' | 'incomplete' | 'invalid'
}

type Part<T> = { kind: 'read'; value: T; next: number } | { kind: 'incomplete' | 'invalid' }

/**
 * Reads the bytes of a connection (one character each) as RFC 9112 writes requests, and gives up at the first thing that two readers could take
 * differently: bare CR or LF, folded lines, space before a colon, both framings or one of them twice, any coding but `chunked`.
 */
export function readStrictly(bytes: string): Reading {
  const requests: string[] = []
  let at = 0
  while (at < bytes.length) {
    const request = readRequest(bytes, at)
    if (request.kind !== 'read') return { requests, end: request.kind }
    requests.push(request.value)
    at = request.next
  }
  return { requests, end: 'clean' }
}

function readRequest(bytes: string, at: number): Part<string> {
  const head = readLines(bytes, at)
  if (head.kind !== 'read') return head
  const [line = '', ...lines] = head.value
  const [, method, target, minor] = REQUEST_LINE.exec(line) ?? []
  const fields = readFields(lines)
  if (method === undefined || fields === null) return { kind: 'invalid' }
  const [hosts, lengths, codings] = ['host', 'content-length', 'transfer-encoding'].map((name) => fields.get(name) ?? [])
  const framings = [...(lengths ?? []), ...(codings ?? [])]
  if (framings.length > 1 || (hosts?.length ?? 0) > 1 || (minor === '1' && hosts?.length !== 1)) return { kind: 'invalid' }
  const body = readBody(bytes, head.next, { length: lengths?.[0], coding: minor === '1' ? codings?.[0] : codings?.[0] && 'unknown' })
  return body.kind === 'read' ? { ...body, value: `${method} ${target} ${body.value}`.trimEnd() } : body
}

function readBody(bytes: string, at: number, { length, coding }: { length: string | undefined; coding: string | undefined }): Part<string> {
  if (coding !== undefined) return coding.toLowerCase() === 'chunked' ? readChunks(bytes, at) : { kind: 'invalid' }
  if (length !== undefined && !/^\d{1,15}$/.test(length)) return { kind: 'invalid' }
  const next = at + Number(length ?? 0)
  return next > bytes.length ? { kind: 'incomplete' } : { kind: 'read', value: bytes.slice(at, next), next }
}

function readChunks(bytes: string, begin: number): Part<string> {
  let body = ''
  for (let at = begin; ; ) {
    const line = readLine(bytes, at)
    if (line.kind !== 'read') return line
    const size = Number.parseInt(CHUNK_SIZE.exec(line.value)?.[1] ?? '', 16)
    if (Number.isNaN(size)) return { kind: 'invalid' }
    if (size === 0) {
      const trailers = readLines(bytes, line.next)
      if (trailers.kind !== 'read') return trailers
      const fields = readFields(trailers.value)
      // RFC 9110 §6.5.1: a trailer cannot tell the framing.
      if (fields === null || fields.has('content-length') || fields.has('transfer-encoding')) return { kind: 'invalid' }
      return { kind: 'read', value: body, next: trailers.next }
    }
    const end = line.next + size
    if (bytes.length < end + 2) return { kind: 'incomplete' }
    if (bytes.slice(end, end + 2) !== '\r\n') return { kind: 'invalid' }
    body += bytes.slice(line.next, end)
    at = end + 2
  }
}

/** Lines up to an empty one. */
function readLines(bytes: string, begin: number): Part<string[]> {
  const lines: string[] = []
  for (let at = begin; ; ) {
    const line = readLine(bytes, at)
    if (line.kind !== 'read') return line
    if (line.value === '') return { kind: 'read', value: lines, next: line.next }
    lines.push(line.value)
    at = line.next
  }
}

function readLine(bytes: string, at: number): Part<string> {
  const end = bytes.slice(at).search(/[\r\n\0]/)
  if (end < 0 || bytes.length === at + end + 1) return { kind: end < 0 || bytes[at + end] === '\r' ? 'incomplete' : 'invalid' }
  if (bytes.slice(at + end, at + end + 2) !== '\r\n') return { kind: 'invalid' }
  return { kind: 'read', value: bytes.slice(at, at + end), next: at + end + 2 }
}

function readFields(lines: readonly string[]): Map<string, string[]> | null {
  const fields = new Map<string, string[]>()
  for (const line of lines) {
    const [, name, value = ''] = FIELD.exec(line) ?? []
    if (name === undefined) return null
    fields.set(name.toLowerCase(), [...(fields.get(name.toLowerCase()) ?? []), value])
  }
  return fields
}
