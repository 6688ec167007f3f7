import { ChunkedDecoder } from './chunked-decoder.ts'
import { type HeadDefect, parseResponseHead, type ResponseHead } from './response-head.ts'

/** Who is told what a backend answers. Exactly one of `onWhole` and `onEnd` closes a good answer; after `onBad` nothing follows. */
export interface AnswerSink {
  /** A small answer that came in one piece, its body in latin1. `extra` says that bytes follow that nobody asked for. */
  onWhole(head: ResponseHead, body: string, extra: boolean): void
  onHead(head: ResponseHead): void
  /** A part of the body; the bytes are the sink's to keep. */
  onPart(chunk: Buffer): void
  onEnd(extra: boolean): void
  onBad(defect: HeadDefect | 'head_too_large' | 'chunk'): void
}

const HEAD_AT_MOST = 16_384
const INTERIM_AT_MOST = 10

/** Reads the answers of one connection, one at a time. */
export class ResponseReader {
  readonly #sink: AnswerSink
  #forHead = false
  #phase: 'idle' | 'head' | 'body' = 'idle'
  #partial = ''
  #interim = 0
  #head: ResponseHead | undefined
  #left = 0
  #chunks: ChunkedDecoder | undefined

  constructor(sink: AnswerSink) {
    this.#sink = sink
  }

  /** True from the first byte of an answer's final head to its end. */
  get begun(): boolean {
    return this.#phase === 'body' || this.#partial.length > 0
  }

  /** An answer is expected; `forHead` for that of a HEAD, which has no body. */
  expect(forHead: boolean): void {
    this.#forHead = forHead
    this.#phase = 'head'
    this.#interim = 0
  }

  /** Takes the first `length` of `bytes`, which may be overwritten afterwards. Only to be called while an answer is expected. */
  read(bytes: Buffer, length: number): void {
    const at = this.#phase === 'head' ? this.#readHead(bytes, length) : 0
    if (at >= 0 && this.#phase === 'body' && at < length) this.#readBody(bytes, at, length)
  }

  /** The backend closed the connection. True when that ends the answer. */
  close(): boolean {
    if (this.#phase !== 'body' || this.#head?.framing !== 'close') return false
    this.#phase = 'idle'
    this.#sink.onEnd(false)
    return true
  }

  /** Returns where the body begins, -1 when there is nothing more to read. */
  #readHead(bytes: Buffer, length: number): number {
    for (let from = 0; ; ) {
      const text = this.#partial + bytes.toString('latin1', from, Math.min(length, from + HEAD_AT_MOST))
      const end = text.indexOf('\r\n\r\n')
      if (end < 0) {
        this.#partial = text
        return text.length >= HEAD_AT_MOST ? this.#bad('head_too_large') : -1
      }
      const head = parseResponseHead(text, end, this.#forHead)
      if (typeof head === 'string') return this.#bad(head)
      const bodyAt = from + end + 4 - this.#partial.length
      this.#partial = ''
      if (head.status >= 200) return this.#begin(head, text.slice(end + 4), bodyAt, length)
      // Interim answers (RFC 9110 §15.2) are not passed on.
      this.#interim += 1
      if (this.#interim > INTERIM_AT_MOST) return this.#bad('syntax')
      if (bodyAt === length) return -1
      from = bodyAt
    }
  }

  #begin(head: ResponseHead, rest: string, bodyAt: number, length: number): number {
    const size = head.framing === 'none' ? 0 : head.framing === 'length' ? head.length : Number.POSITIVE_INFINITY
    if (size <= rest.length) {
      this.#phase = 'idle'
      this.#sink.onWhole(head, size === rest.length ? rest : rest.slice(0, size), bodyAt + size < length)
      return -1
    }
    this.#phase = 'body'
    this.#head = head
    this.#left = size
    this.#chunks = head.framing === 'chunked' ? new ChunkedDecoder() : undefined
    this.#sink.onHead(head)
    return bodyAt
  }

  #readBody(bytes: Buffer, at: number, length: number): void {
    if (this.#chunks) {
      this.#readChunks(this.#chunks, bytes, at, length)
      return
    }
    const end = Math.min(length, at + this.#left)
    this.#left -= end - at
    this.#sink.onPart(copy(bytes, at, end))
    if (this.#left === 0) this.#end(end < length)
  }

  #readChunks(chunks: ChunkedDecoder, bytes: Buffer, at: number, length: number): void {
    const stop = chunks.read(bytes, at, length, (from, to) => this.#sink.onPart(copy(bytes, from, to)))
    if (stop < 0) this.#bad('chunk')
    else if (chunks.ended) this.#end(stop < length)
  }

  #end(extra: boolean): void {
    this.#phase = 'idle'
    this.#sink.onEnd(extra)
  }

  #bad(defect: Parameters<AnswerSink['onBad']>[0]): -1 {
    this.#phase = 'idle'
    this.#sink.onBad(defect)
    return -1
  }
}

function copy(bytes: Buffer, start: number, end: number): Buffer {
  return Buffer.from(bytes.subarray(start, end))
}
