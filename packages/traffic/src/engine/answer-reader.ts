import { IDLE_MS, parseAnswerHead } from './answer-head.ts'
import { ChunkReader } from './chunk-reader.ts'

/** `broken`: this is no answer that RFC 9112 allows, or there is more than one. */
export type ReadState = 'more' | 'done' | 'broken'

const HEAD_END = Buffer.from('\r\n\r\n')
const LONGEST_HEAD = 65_536

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

  #understand(text: string): boolean {
    const head = parseAnswerHead(text)
    if (head === null) return false
    this.status = head.status
    this.isReusable = head.isReusable
    this.idleMs = head.idleMs
    this.#left = Math.max(0, head.length)
    this.#body = head.status < 200 ? 'none' : head.framing
    return true
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
