/** What the head of an answer says of its body and of its connection. */
export interface AnswerHead {
  status: number
  /** How the body ends; `length` with 0 when there is none. */
  framing: 'length' | 'chunks' | 'until_close'
  length: number
  /** Whether the connection can carry another request after this answer, and if so how long it may idle before that. */
  isReusable: boolean
  idleMs: number
}

const STATUS_LINE = /^HTTP\/1\.([01]) ([1-5]\d\d)(?: [^\r\n]*)?(?=\r\n|$)/
/** How long an idle connection counts as usable when the server does not say, in ms. */
export const IDLE_MS = 4_000
/** A server's own word is taken for so much less, in ms: it must not close while a request is on its way. */
const IDLE_MARGIN_MS = 1_000

/** Reads a head (latin1, without its empty line); null when this is no answer that RFC 9112 allows. */
export function parseAnswerHead(head: string): AnswerHead | null {
  const line = STATUS_LINE.exec(head)
  if (line === null) return null
  const status = Number(line[2])
  if (status === 101) return null
  const found: AnswerHead = { status, framing: 'until_close', length: -1, isReusable: line[1] === '1', idleMs: IDLE_MS }
  // Line by line: an expression over the whole head takes five times as long.
  for (let at = head.indexOf('\r\n'); at >= 0; ) {
    const end = head.indexOf('\r\n', at + 2)
    if (!obeyField(found, head, at + 2, end < 0 ? head.length : end)) return null
    at = end
  }
  if (found.framing === 'chunks' && found.length >= 0) return null
  if (status < 200 || status === 204 || status === 304) return { ...found, framing: 'length', length: 0 }
  if (found.length >= 0) found.framing = 'length'
  return found
}

const [C, K, T] = [0x63, 0x6b, 0x74]
const LOWER = 0x20

/** False when the field makes the framing ambiguous. */
function obeyField(found: AnswerHead, head: string, from: number, to: number): boolean {
  const first = head.charCodeAt(from) | LOWER
  if (first !== C && first !== K && first !== T) return true
  const colon = head.indexOf(':', from)
  if (colon < 0 || colon >= to) return true
  const name = head.slice(from, colon).toLowerCase()
  const value = head.slice(colon + 1, to).trim()
  if (name === 'content-length') return obeyLength(found, value)
  if (name === 'transfer-encoding') return obeyCoding(found, value)
  if (name === 'connection') obeyConnection(found, value)
  else if (name === 'keep-alive') obeyKeepAlive(found, value)
  return true
}

function obeyLength(found: AnswerHead, value: string): boolean {
  if (!/^\d{1,15}$/.test(value) || (found.length >= 0 && found.length !== Number(value))) return false
  found.length = Number(value)
  return true
}

function obeyCoding(found: AnswerHead, value: string): boolean {
  if (value.toLowerCase() !== 'chunked' || found.framing === 'chunks') return false
  found.framing = 'chunks'
  return true
}

function obeyConnection(found: AnswerHead, value: string): void {
  if (/(?:^|,)[ \t]*close[ \t]*(?:,|$)/i.test(value)) found.isReusable = false
  else if (/(?:^|,)[ \t]*keep-alive[ \t]*(?:,|$)/i.test(value)) found.isReusable = true
}

function obeyKeepAlive(found: AnswerHead, value: string): void {
  const seconds = /(?:^|,)[ \t]*timeout=(\d{1,6})/i.exec(value)?.[1]
  if (seconds !== undefined) found.idleMs = Math.max(0, Number(seconds) * 1_000 - IDLE_MARGIN_MS)
}
