import { connect, type Socket } from 'node:net'
import { type PendingWrite, writeSoon } from '../write-batch.ts'
import type { ResponseHead } from './response-head.ts'
import { type AnswerSink, ResponseReader } from './response-reader.ts'

/** What happens to one request on a connection. After `failed`, `answerWhole` or `answerEnd` nothing more is called. */
export interface UpstreamExchange {
  readonly forHead: boolean
  /** The connection stands: now write. */
  connected(connection: UpstreamConnection): void
  answerWhole(head: ResponseHead, body: string): void
  answerHead(head: ResponseHead): void
  answerPart(chunk: Buffer): void
  answerEnd(): void
  /** What was written before is on its way; more may be written. */
  writable(): void
  failed(failure: UpstreamFailure): void
}

/** `connect`: nothing was sent. `closed`: the connection ended before the answer did. `bad`: the answer is not usable. */
export interface UpstreamFailure {
  kind: 'connect' | 'closed' | 'bad'
  /** The system's error code, or what is wrong with the answer. */
  detail: string
  /** A byte of the request may have left. */
  sent: boolean
  /** A byte of the answer had come. */
  answerBegun: boolean
}

/** Where a connection goes when its exchange is over. */
export interface ConnectionOwner {
  released(connection: UpstreamConnection, idleMs: number): void
  /** It ended. `idle` when nobody was using it. */
  closed(connection: UpstreamConnection, idle: boolean): void
}

/**
 * All reads go through these bytes, one after the other: a read and the handling of what it brought are one step of the event loop.
 * It saves an allocation and Node's stream machinery for each packet.
 */
const READ_BUFFER = Buffer.allocUnsafeSlow(65_536)

/** One TCP connection to a backend, which carries one exchange at a time (no pipelining). */
export class UpstreamConnection implements AnswerSink, PendingWrite {
  /** When it was last released, ms; kept by its owner. */
  idleSince = 0
  idleMs = 0
  readonly #owner: ConnectionOwner
  readonly #socket: Socket
  readonly #reader = new ResponseReader(this)
  #exchange: UpstreamExchange | null
  #open = false
  #ended = false
  /** The request is written to its end. */
  #complete = false
  /** Of a request that is about to be written. */
  #unwritten: string | null = null
  #body: Buffer | null = null
  #error = ''
  /** Of the answer that streams. */
  #head: ResponseHead | undefined

  constructor({ host, port }: { host: string; port: number }, owner: ConnectionOwner, exchange: UpstreamExchange) {
    this.#owner = owner
    this.#exchange = exchange
    const onread = { buffer: READ_BUFFER, callback: (length: number) => this.#read(length) }
    this.#socket = connect({ host, port, noDelay: true, onread })
    this.#socket.on('connect', () => this.#opened())
    this.#socket.on('drain', () => this.#exchange?.writable())
    this.#socket.on('error', (error) => {
      this.#error = 'code' in error ? String(error.code) : error.message
    })
    this.#socket.on('end', () => this.#end())
    this.#socket.on('close', () => this.#closed())
    // Without a listener for data the end of the stream would not be told either.
    this.#socket.resume()
  }

  /** Takes an idle connection into use. */
  take(exchange: UpstreamExchange): void {
    this.#exchange = exchange
    this.#start(exchange)
  }

  /** Takes the head of a request, with its body where that is there already; they go out in one packet where they fit, a moment later. */
  writeRequest(head: string, body: Buffer | null): void {
    this.#unwritten = head
    this.#body = body
    writeSoon(this)
  }

  flush(): void {
    const head = this.#unwritten
    const body = this.#body
    // `destroyed` turns true before our close handler runs.
    if (head === null || this.#socket.destroyed) return
    this.#unwritten = null
    this.#body = null
    if (body === null) this.#socket.write(head, 'latin1')
    else {
      this.#socket.cork()
      this.#socket.write(head, 'latin1')
      this.#socket.write(body)
      this.#socket.uncork()
    }
  }

  /** A part of a request's body; false when the backend does not keep up (then `writable` follows). */
  write(part: Buffer | string): boolean {
    this.flush()
    return typeof part === 'string' ? this.#socket.write(part, 'latin1') : this.#socket.write(part)
  }

  /** The request is complete; without this the connection is not used again. */
  completed(): void {
    this.#complete = true
  }

  pause(): void {
    this.#socket.pause()
  }

  resume(): void {
    this.#socket.resume()
  }

  /** Ends it; nothing more is called on its exchange. */
  destroy(): void {
    this.#exchange = null
    this.#end(true)
  }

  onWhole(head: ResponseHead, body: string, extra: boolean): void {
    const exchange = this.#release(head, extra)
    exchange?.answerWhole(head, body)
  }

  onHead(head: ResponseHead): void {
    this.#head = head
    this.#exchange?.answerHead(head)
  }

  onPart(chunk: Buffer): void {
    this.#exchange?.answerPart(chunk)
  }

  onEnd(extra: boolean): void {
    const exchange = this.#release(this.#head, extra)
    exchange?.answerEnd()
  }

  onBad(defect: string): void {
    this.#fail({ kind: 'bad', detail: defect, sent: true, answerBegun: true })
  }

  #opened(): void {
    this.#open = true
    if (this.#exchange) this.#start(this.#exchange)
  }

  #start(exchange: UpstreamExchange): void {
    this.#complete = false
    this.#reader.expect(exchange.forHead)
    exchange.connected(this)
  }

  #read(length: number): boolean {
    const exchange = this.#exchange
    // Nobody asked: an answer without a request would be taken for the next one's.
    if (!exchange) this.#end(true)
    else if (this.#unwritten !== null)
      this.#fail({ kind: 'closed', detail: 'it answered before it was asked', sent: false, answerBegun: false })
    else {
      try {
        this.#reader.read(READ_BUFFER, length)
      } catch (error) {
        this.#end(true)
        this.#exchange = null
        exchange.failed({ kind: 'bad', detail: error instanceof Error ? error.message : 'unknown', sent: true, answerBegun: true })
      }
    }
    return true
  }

  /** Gives the connection back where it can carry another exchange, and returns the one that is over. */
  #release(head: ResponseHead | undefined, extra: boolean): UpstreamExchange | null {
    const exchange = this.#exchange
    this.#exchange = null
    if (head?.keepAlive && this.#complete && !extra && !this.#ended) this.#owner.released(this, head.idleMs)
    else this.#end(true)
    return exchange
  }

  #fail(failure: UpstreamFailure): void {
    const exchange = this.#exchange
    this.#exchange = null
    this.#end(true)
    exchange?.failed(failure)
  }

  /** The backend closed its side, or we close ours (`ours`). */
  #end(ours = false): void {
    if (this.#ended) return
    if (!ours && this.#exchange && this.#reader.close()) return
    this.#ended = true
    const exchange = this.#exchange
    this.#exchange = null
    this.#owner.closed(this, !ours && exchange === null)
    this.#socket.destroy()
    const sent = this.#open && this.#unwritten === null
    exchange?.failed({ kind: this.#open ? 'closed' : 'connect', detail: this.#error || 'closed', sent, answerBegun: this.#reader.begun })
  }

  #closed(): void {
    this.#end()
  }
}
