import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { AddressRange } from './address-range.ts'
import { WAITING_AT_MOST } from './limits.ts'
import type { Problem } from './problem.ts'
import type { Origin } from './request/request-head.ts'

/** A request of a connection, as far as its turn is concerned. */
export interface EnteredRequest {
  /** Its turn has come. */
  start(): void
  /** Answers it with a problem. False when it is too late for that. */
  refuse(problem: Problem): boolean
  /** The connection is gone. */
  callerLeft(): void
}

interface Entered {
  exchange: EnteredRequest
  response: ServerResponse
}

/**
 * One connection of a caller. Node emits pipelined requests side by side; here they go to the backends one after the other, because a server may
 * run them in parallel only if all are safe (RFC 9112 §9.3.2). What comes behind an answer that ends the connection is not served (§9.6).
 */
export class CallerConnection {
  readonly origin: Origin
  readonly #socket: Socket
  #current: Entered | null = null
  #waiting: Entered[] = []
  #ending = false

  constructor(socket: Socket, trusted: AddressRange) {
    const address = socket.remoteAddress ?? 'unknown'
    this.#socket = socket
    this.origin = { address, trusted: trusted.includes(address) }
    socket.on('close', () => this.#closed())
  }

  /** Starts the exchange when its turn comes. */
  enter(exchange: EnteredRequest, response: ServerResponse): void {
    if (this.#current === null) {
      this.#current = { exchange, response }
      exchange.start()
    } else if (this.#waiting.length < WAITING_AT_MOST) this.#waiting.push({ exchange, response })
    else this.#socket.destroy()
  }

  /** The connection ends with an answer that was given, or waits for those before it: no request that comes now is served. */
  get ending(): boolean {
    return this.#ending
  }

  end(): void {
    this.#ending = true
  }

  /** No request of it is under way. */
  get idle(): boolean {
    return this.#current === null
  }

  /** Refuses the request that is under way, because what comes after its head is not readable. False when there is none that can be refused. */
  refuse(problem: Problem): boolean {
    return this.#current?.exchange.refuse(problem) ?? false
  }

  /** The exchange is over: the next one's turn. */
  leave(exchange: EnteredRequest): void {
    if (this.#current?.exchange !== exchange) return
    if (!this.#current.response.shouldKeepAlive) {
      this.#ending = true
      this.#waiting = []
    }
    const next = this.#waiting.shift() ?? null
    this.#current = next
    next?.exchange.start()
  }

  #closed(): void {
    const left = this.#current ? [this.#current, ...this.#waiting] : this.#waiting
    this.#current = null
    this.#waiting = []
    for (const { exchange } of left) exchange.callerLeft()
  }
}
