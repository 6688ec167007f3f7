import type { Sender } from '../engine/sender.ts'
import { addTally, createTally, type Tally } from '../engine/tally.ts'
import { figuresOf } from '../output/figures.ts'
import type { Moment } from './moment.ts'

/** Puts together what the senders did. */
export interface Collector {
  /** Of the whole run so far. */
  readonly total: Tally
  /** Asks all senders; `elapsed` is in seconds since the start. */
  collect(elapsed: number): Promise<Moment>
}

/** A rolling line is due when `reportEvery` seconds have passed, give or take half a step of the clock. */
export function createCollector(senders: readonly Sender[], { reportEvery, step }: { reportEvery: number; step: number }): Collector {
  const total = createTally()
  let span = createTally()
  let spanFrom = 0
  let lastAt = 0
  return {
    total,
    async collect(elapsed) {
      const recent = createTally()
      let inFlight = 0
      for (const snapshot of await Promise.all(senders.map((sender) => sender.collect()))) {
        addTally(recent, snapshot.tally)
        inFlight += snapshot.inFlight
      }
      addTally(total, recent)
      addTally(span, recent)
      const seconds = elapsed - lastAt
      lastAt = elapsed
      const isDue = elapsed - spanFrom >= reportEvery - step / 2
      const rolling = isDue ? figuresOf(span, elapsed - spanFrom) : undefined
      if (isDue) {
        span = createTally()
        spanFrom = elapsed
      }
      const { sent, shed, errors } = total
      return { elapsed, tally: recent, seconds, recent: figuresOf(recent, seconds), rolling, total: { sent, shed, errors }, inFlight }
    },
  }
}
