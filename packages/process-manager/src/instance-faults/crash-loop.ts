import type { FaultBehaviour } from './behaviour.ts'

/** Long enough for the instance to be scraped between two crashes. */
const AGAIN_AFTER_MS = 3_000

interface Parts {
  /** Gives the fault to the instance once more. */
  again: (port: number) => Promise<unknown>
  /** Starts an instance again that was given up. */
  revive: (port: number) => Promise<unknown>
}

/**
 * A crash ends its process and with it the instance's own memory of the fault: it is given again after each restart until its time is over, and an
 * instance that was given up meanwhile is started again at its end.
 */
export function crashLoop({ again, revive }: Parts): FaultBehaviour {
  const timers = new Map<number, NodeJS.Timeout>()
  const clear = (port: number) => {
    clearTimeout(timers.get(port))
    timers.delete(port)
  }
  return {
    outlivesProcess: true,
    onState(port, isRunning) {
      clear(port)
      if (!isRunning) return
      // An instance that does not take it has ended already.
      const timer = setTimeout(() => again(port).catch(() => undefined), AGAIN_AFTER_MS).unref()
      timers.set(port, timer)
    },
    async onEnd(port, isGivenUp) {
      clear(port)
      if (isGivenUp) await revive(port)
    },
  }
}
