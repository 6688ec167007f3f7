import { setTimeout as sleep } from 'node:timers/promises'
import { describeError, LabError } from '@oncall-lab/service-kit/errors'

/** Knows whether the database can be written. */
export interface Trouble {
  /** What is wrong with it; undefined when it works. */
  now(): string | undefined
  /** Passes the promise on, and notes when it failed because the database cannot be used. */
  watch<T>(work: Promise<T>): Promise<T>
}

/** After a failure `probe` is tried every second until it can write again: health must not wait for somebody's next write. */
export function createTrouble(probe: () => Promise<unknown>, everyMs = 1_000): Trouble {
  let trouble: string | undefined

  const heal = async () => {
    while (trouble !== undefined) {
      await sleep(everyMs, undefined, { ref: false })
      try {
        await probe()
        trouble = undefined
      } catch (error) {
        // A store that was closed needs no probe.
        if (!(error instanceof LabError)) return
        trouble = describeError(error.cause)
      }
    }
  }
  return {
    now: () => trouble,
    async watch(work) {
      try {
        return await work
      } catch (error) {
        if (error instanceof LabError && error.code === 'store_unavailable') {
          const isFirst = trouble === undefined
          trouble = describeError(error.cause)
          if (isFirst) void heal()
        }
        throw error
      }
    },
  }
}
