import { ChunkReader } from './chunk-reader.ts'

/** `broken`: this is no answer that RFC 9112 allows, or there is more than one. */
export type ReadState = 'more' | 'done' | 'broken'

const HEAD_END = Buffer.from('\r\n\r\n')
const LONGEST_HEAD = 65_536
const STATUS_LINE = /^HTTP\/1\.([01]) ([1-5]\d\d)(?: [^\r\n]*)?(?=\r\n|$)/
const FIELDS = /\r\n(content-length|transfer-encoding|connection|keep-alive):[ \t]*([^\r\n]*?)[ \t]*(?=\r\n|$)/gi
/** How long an idle connection counts as usable when the server does not say, in ms. */
const IDLE_MS = 4_000
/** A server's own word is taken for so much less, in ms: it must not close while a request is on its way. */
const IDLE_MARGIN_MS = 1_000

/**
 * Reads the HTTP/1.1 answers of one connection, one after the other: the status and where the body ends; the body itself is skipped.
 * (A full client costs twice the CPU time for each request, which a load generator would take away from what it measures.)
 */
export class AnswerReader {
  status = 0
  /** Whether the connection can carry another request after this answer, and if so how long it may idle before that. */
  isReusable = true
  idleMs = IDLE_MS
  #begun: Buffer | null = null
  #body: 'none' | 'length' | 'chunks' | 'until_close' = 'none'
  #left = 0
  #chunks = new ChunkReader()

  /** Takes what the socket gave; the buffer may be reused afterwards. After `done`, the next piece begins the next answer. */
  read(piece: Buffer): ReadState {
    return this.#body === 'none' ? this.#readHead(piece) : this.#readBody(piece)
  }

  /** The server has closed the connection: whether that is how the answer was meant to end. */
  endsWithClose(): boolean {
    return this.#body === 'until_close'
  }

  #readHead(piece: Buffer): ReadState {
    const bytes = this.#begun ? Buffer.concat([this.#begun, piece]) : piece
    const end = bytes.indexOf(HEAD_END)
    if (end < 0) {
      this.#begun = Buffer.from(bytes)
      return bytes.length > LONGEST_HEAD ? 'broken' : 'more'
    }
    this.#begun = null
    if (!this.#understand(bytes.toString('latin1', 0, end))) return 'broken'
    const rest = bytes.subarray(end + HEAD_END.length)
    if (this.status >= 200) return this.#readBody(rest)
    return rest.length > 0 ? this.#readHead(rest) : 'more'
  }

  #understand(head: string): boolean {
    const [, minor, status] = STATUS_LINE.exec(head) ?? []
    this.status = Number(status)
    let length: string | undefined
    let isChunked = false
    this.isReusable = minor === '1'
    this.idleMs = IDLE_MS
    for (const [, name = '', value = ''] of head.matchAll(FIELDS)) {
      const field = name.toLowerCase()
      if (field === 'content-length') {
        if (!/^\d{1,15}$/.test(value) || (length !== undefined && length !== value)) return false
        length = value
      } else if (field === 'transfer-encoding') {
        if (value.toLowerCase() !== 'chunked' || isChunked) return false
        isChunked = true
      } else if (field === 'connection') this.#obeyConnection(value)
      else this.#obeyKeepAlive(value)
    }
    if (status === undefined || this.status === 101 || (isChunked && length !== undefined)) return false
    const hasNoBody = this.status < 200 || this.status === 204 || this.status === 304
    this.#left = hasNoBody ? 0 : Number(length ?? 0)
    this.#body = hasNoBody || length !== undefined ? 'length' : isChunked ? 'chunks' : 'until_close'
    if (this.status < 200) this.#body = 'none'
    return true
  }

  #obeyConnection(value: string): void {
    if (/(?:^|,)[ \t]*close[ \t]*(?:,|$)/i.test(value)) this.isReusable = false
    else if (/(?:^|,)[ \t]*keep-alive[ \t]*(?:,|$)/i.test(value)) this.isReusable = true
  }

  #obeyKeepAlive(value: string): void {
    const seconds = /(?:^|,)[ \t]*timeout=(\d{1,6})/i.exec(value)?.[1]
    if (seconds !== undefined) this.idleMs = Math.max(0, Number(seconds) * 1_000 - IDLE_MARGIN_MS)
  }

  #readBody(piece: Buffer): ReadState {
    if (this.#body === 'until_close') {
      this.isReusable = false
      return 'more'
    }
    const end = this.#body === 'chunks' ? this.#chunks.read(piece) : this.#skipLength(piece)
    if (typeof end !== 'number') return end
    this.#body = 'none'
    return end === piece.length ? 'done' : 'broken'
  }

  #skipLength(piece: Buffer): number | 'more' {
    const skipped = Math.min(this.#left, piece.length)
    this.#left -= skipped
    return this.#left === 0 ? skipped : 'more'
  }
}
