import type { Socket } from 'node:net'
import type { AddressRange } from './address-range.ts'
import type { Exchange } from './exchange.ts'
import { WAITING_AT_MOST } from './limits.ts'
import type { Problem } from './problem.ts'
import type { Origin } from './request/request-head.ts'

/**
 * One connection of a caller. Node emits pipelined requests side by side; here they go to the backends one after the other, because a server may
 * run them in parallel only if all are safe (RFC 9112 §9.3.2).
 */
export class CallerConnection {
  readonly origin: Origin
  readonly #socket: Socket
  #current: Exchange | null = null
  #waiting: Exchange[] = []

  constructor(socket: Socket, trusted: AddressRange) {
    const address = socket.remoteAddress ?? 'unknown'
    this.#socket = socket
    this.origin = { address, trusted: trusted.includes(address) }
    socket.on('close', () => this.#closed())
  }

  /** Starts the exchange when its turn comes. */
  enter(exchange: Exchange): void {
    if (this.#current === null) {
      this.#current = exchange
      exchange.start()
    } else if (this.#waiting.length < WAITING_AT_MOST) this.#waiting.push(exchange)
    else this.#socket.destroy()
  }

  /** No request of it is under way. */
  get idle(): boolean {
    return this.#current === null
  }

  /** Refuses the request that is under way, because what comes after its head is not readable. False when there is none that can be refused. */
  refuse(problem: Problem): boolean {
    return this.#current?.refuse(problem) ?? false
  }

  /** The exchange is over: the next one's turn. */
  leave(exchange: Exchange): void {
    if (this.#current !== exchange) return
    const next = this.#waiting.shift() ?? null
    this.#current = next
    next?.start()
  }

  #closed(): void {
    const left = this.#current ? [this.#current, ...this.#waiting] : this.#waiting
    this.#current = null
    this.#waiting = []
    for (const each of left) each.callerLeft()
  }
}
