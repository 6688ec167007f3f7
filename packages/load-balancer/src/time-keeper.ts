import type { ExchangeContext } from './exchange-context.ts'

/** Time-outs are late by this at most. */
const TICK_MS = 100

/**
 * Looks after everything that has a time limit, until it is disposed: one timer for all requests and connections, because a timer for each costs more
 * than forwarding's own bookkeeping.
 */
export function keepTime({ backends, clock, underWay }: ExchangeContext): Disposable {
  const timer = setInterval(() => {
    const now = performance.now()
    underWay.forEach((exchange) => {
      exchange.checkTime(now)
    })
    backends.sweep(now)
    clock.adjust()
  }, TICK_MS)
  return { [Symbol.dispose]: () => clearInterval(timer) }
}
