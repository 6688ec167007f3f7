import { setTimeout } from 'node:timers/promises'
import type { Tracker } from './tracker.ts'
import { TrackerError } from './tracker-error.ts'

/** How a tracker that asks to wait is waited for. Time is an argument. */
export interface Waiting {
  /** In all; what would take longer fails at once, with the tracker's own words. */
  longestMs: number
  sleep?: (ms: number) => Promise<unknown>
  /** Called before each wait. */
  onWait?: (ms: number) => void
}

/** Waiting a moment less than asked is being asked again. */
const MARGIN_MS = 100
const MOST_TRIES = 6

/**
 * Makes a call again when the tracker said that nothing happened and when it may be made again (429 with `Retry-After`): never before that time.
 * @throws TrackerError of the last try
 */
export async function obeyRetryAfter<T>(call: () => Promise<T>, { longestMs, sleep = waitUnheld, onWait = () => {} }: Waiting): Promise<T> {
  let waitedMs = 0
  for (let tries = 1; ; tries += 1) {
    try {
      return await call()
    } catch (error) {
      const askedMs = error instanceof TrackerError && error.claim === 'retryable' ? error.retryAfterMs : undefined
      if (askedMs === undefined || tries >= MOST_TRIES || waitedMs + askedMs > longestMs) throw error
      const ms = askedMs + MARGIN_MS
      waitedMs += ms
      onWait(ms)
      await sleep(ms)
    }
  }
}

const waitUnheld = (ms: number) => setTimeout(ms, undefined, { ref: false })

/** A person waits for no answer longer than this. */
const PATIENCE_MS = 15_000

/** The tracker, of which every call obeys `Retry-After`, but `create`: that is waited for by whoever files. */
export function patientTracker(tracker: Tracker, { longestMs = PATIENCE_MS, ...waiting }: Partial<Waiting> = {}): Tracker {
  const patient = <T>(call: () => Promise<T>) => obeyRetryAfter(call, { longestMs, ...waiting })
  return {
    ...tracker,
    assignable: (query) => patient(() => tracker.assignable(query)),
    findByLabel: (label) => patient(() => tracker.findByLabel(label)),
    assign: (key, person) => patient(() => tracker.assign(key, person)),
    comment: (key, text) => patient(() => tracker.comment(key, text)),
    close: (key) => patient(() => tracker.close(key)),
  }
}
