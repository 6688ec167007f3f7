import { connect, type Socket } from 'node:net'
import { AnswerReader } from './answer-reader.ts'

/** Where requests go. */
export interface Target {
  host: string
  port: number
}

/** How an exchange ended on its connection: a whole answer with its status, or why there is none (a code like `ECONNRESET`). */
export type ConnectionOutcome = { status: number } | { failure: string }

/** What a connection tells its owner. */
export interface ConnectionEvents<Exchange> {
  /** The exchange under way has ended. */
  ended(connection: Connection<Exchange>, exchange: Exchange, outcome: ConnectionOutcome): void
  /** The connection is gone; if an exchange was under way and was not given up, `ended` came before. */
  closed(connection: Connection<Exchange>): void
}

/** All connections of a thread read into the same buffer: each piece is dealt with before the next one is read. */
const READ_BUFFER = Buffer.allocUnsafe(65_536)

/** One kept connection, with one request under way at most. */
export class Connection<Exchange> {
  /** When it stops being usable as long as it idles, in ms of `performance.now()`. */
  usableUntil = Number.POSITIVE_INFINITY
  readonly #events: ConnectionEvents<Exchange>
  readonly #socket: Socket
  readonly #reader = new AnswerReader()
  #exchange: Exchange | null = null
  #failure = ''

  constructor(target: Target, events: ConnectionEvents<Exchange>) {
    this.#events = events
    const onread = { buffer: READ_BUFFER, callback: (size: number) => this.#read(size) }
    this.#socket = connect({ ...target, noDelay: true, onread })
    this.#socket.on('error', (error: NodeJS.ErrnoException) => {
      this.#failure = error.code ?? error.name
    })
    this.#socket.on('close', () => this.#closed())
  }

  get isUsable(): boolean {
    return !this.#socket.destroyed && this.#socket.writable && this.#reader.isReusable
  }

  /** Sends a whole request, head and body, of characters up to U+00FF. */
  send(exchange: Exchange, request: string): void {
    this.#exchange = exchange
    this.#socket.write(request, 'latin1')
  }

  /** Gives up whatever is under way; it is not told to have ended. */
  destroy(): void {
    this.#exchange = null
    this.#socket.destroy()
  }

  #read(size: number): boolean {
    const state = this.#exchange !== null ? this.#reader.read(READ_BUFFER.subarray(0, size)) : 'broken'
    if (state === 'more') return true
    if (state === 'broken') {
      this.#failure = 'bad_answer'
      this.#socket.destroy()
      return false
    }
    this.usableUntil = performance.now() + this.#reader.idleMs
    if (!this.#reader.isReusable) this.#socket.destroy()
    this.#end({ status: this.#reader.status })
    return true
  }

  #closed(): void {
    const isWhole = this.#failure === '' && this.#reader.endsWithClose()
    if (this.#exchange !== null) this.#end(isWhole ? { status: this.#reader.status } : { failure: this.#failure || 'closed' })
    this.#events.closed(this)
  }

  #end(outcome: ConnectionOutcome): void {
    const exchange = this.#exchange
    this.#exchange = null
    if (exchange !== null) this.#events.ended(this, exchange, outcome)
  }
}
