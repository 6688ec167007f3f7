import type { ExchangeContext } from './exchange-context.ts'

/** Time-outs are late by this at most, unless there are too many at once. */
const TICK_MS = 100
/** Callers that began together are late together: so much of a tick is spent on ending them, and the rest is left for the next. */
const SPENT_MS = 3

/**
 * Looks after everything that has a time limit, until it is disposed: one timer for all requests and connections, because a timer for each costs more
 * than forwarding's own bookkeeping.
 */
export function keepTime({ backends, clock, underWay }: ExchangeContext): Disposable {
  const timer = setInterval(() => {
    const now = performance.now()
    underWay.forEachUntil(now + SPENT_MS, (exchange) => exchange.checkTime(now))
    backends.sweep(now)
    clock.adjust()
  }, TICK_MS)
  return { [Symbol.dispose]: () => clearInterval(timer) }
}
