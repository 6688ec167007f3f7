import type { Operation } from '../journeys/operation.ts'
import type { ConnectionOutcome, Target } from './connection.ts'
import { createConnections } from './connections.ts'
import { Queue } from './queue.ts'
import type { Recorder } from './recorder.ts'

/** A request under way. Times in ms of `performance.now()`. */
interface Exchange {
  operation: Operation
  dueAt: number
  sentAt: number
  isOver: boolean
  connection: { destroy(): void } | null
}

/** The requests under way, each with its deadline. */
export interface Exchanges extends Disposable {
  readonly inFlight: number
  hasIdleConnection(now: number): boolean
  send(request: string, times: { operation: Operation; dueAt: number; sentAt: number }): void
  /** Gives up what is overdue; returns when the next one will be, if any is under way. */
  expire(now: number): number | undefined
}

/** Ends are recorded; `ended` is called after each. All have the same time for their answer, so the first to leave is the first to expire. */
export function createExchanges(
  target: Target,
  { timeoutMs, recorder, ended }: { timeoutMs: number; recorder: Recorder; ended: (now: number) => void },
): Exchanges {
  const byDeadline = new Queue<Exchange>()
  let inFlight = 0

  function end(exchange: Exchange, outcome: ConnectionOutcome | 'timeout', now: number): void {
    exchange.isOver = true
    inFlight -= 1
    recorder.ended(exchange, outcome, now)
  }

  const connections = createConnections<Exchange>(target, (exchange, outcome) => {
    const now = performance.now()
    end(exchange, outcome, now)
    ended(now)
  })

  return {
    get inFlight() {
      return inFlight
    },
    hasIdleConnection: (now) => connections.hasIdle(now),
    send(request, { operation, dueAt, sentAt }) {
      const exchange: Exchange = { operation, dueAt, sentAt, isOver: false, connection: null }
      inFlight += 1
      byDeadline.push(exchange)
      exchange.connection = connections.send(exchange, request, sentAt)
    },
    expire(now) {
      for (let first = byDeadline.peek(); first; first = byDeadline.peek()) {
        if (!first.isOver && first.sentAt + timeoutMs > now) return first.sentAt + timeoutMs
        byDeadline.shift()
        if (first.isOver) continue
        first.connection?.destroy()
        end(first, 'timeout', now)
      }
      return undefined
    },
    [Symbol.dispose]: () => connections[Symbol.dispose](),
  }
}
