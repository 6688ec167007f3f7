import { setTimeout as sleep } from 'node:timers/promises'
import { describeError } from '@oncall-lab/service-kit/errors'
import { StopRequested } from '../stop-signal.ts'
import type { Health } from './decide-health.ts'

interface WatchOptions {
  /** The health check; rejects when the gateway does not answer. */
  check: () => Promise<Health>
  /** Goes through the phases. */
  round: () => Promise<unknown>
  seconds: number
  say: (line: string) => void
  signal: AbortSignal
}

const CLEAR = 'all clear'

/**
 * Checks again and again until the signal aborts, says each change, and goes through the phases when something is wrong that was not before: trouble that
 * lasts for hours is one round, and a second trouble beside it another one.
 */
export async function watch({ check, round, seconds, say, signal }: WatchOptions): Promise<void> {
  let known: string[] = []
  let said: string | undefined
  const tell = (now: string) => {
    if (now !== said) say(`${new Date().toISOString()}  ${now}`)
    said = now
  }
  try {
    for (;;) {
      const health = await check().catch((error: unknown) => describeError(error))
      if (typeof health === 'string') tell(`no answer: ${health}`)
      else {
        const isNew = health.causes.some((cause) => !known.includes(cause))
        known = health.causes
        tell(known.length === 0 ? CLEAR : `trouble: ${known.join(', ')}`)
        if (isNew) await round()
      }
      await sleep(seconds * 1_000, undefined, { signal })
    }
  } catch (error) {
    if (!signal.aborted && !(error instanceof StopRequested)) throw error
  }
}
