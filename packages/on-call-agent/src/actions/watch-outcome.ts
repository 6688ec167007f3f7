import { setTimeout as sleep } from 'node:timers/promises'
import type { Incident } from '../api.ts'
import { decideOutcome, type Judged, type Look, type OutcomeDecision } from './decide-outcome.ts'
import { readLook, slisOf } from './read-slis.ts'
import type { Gauges } from './sli.ts'

interface Watching {
  gauges: readonly Gauges[]
  /** The incident as it is now. */
  reload: () => Promise<Incident>
  judged: Omit<Judged, 'says'>[]
  firingBefore: string[]
  seconds: number
}

/** So many looks in the time of a verification. */
const LOOKS = 12

/** Looks at the figures until they say what the action brought about. A look that fails counts as none; with none at all it had no effect that can be seen. */
export async function watchOutcome(
  { gauges, reload, judged: before, firingBefore, seconds }: Watching,
  signal: AbortSignal,
): Promise<Exclude<OutcomeDecision, { kind: 'watch' }>> {
  const ids = before.map(({ id }) => id)
  const slis = slisOf(gauges, ids)
  const judged = before.flatMap((each) => {
    const sli = slis.find(({ id }) => id === each.id)
    return sli ? [{ ...each, says: sli.says }] : []
  })
  const looks: Look[] = []
  const begun = performance.now()
  for (;;) {
    await sleep((seconds * 1_000) / LOOKS, undefined, { signal })
    const elapsed = (performance.now() - begun) / 1_000
    try {
      looks.push(await readLook(gauges, ids, elapsed, { incident: await reload(), signal }))
    } catch (error) {
      if (signal.aborted) throw error
    }
    const decision = decideOutcome({ judged, firingBefore, looks, seconds })
    if (decision.kind !== 'watch') return decision
    if (elapsed > 3 * seconds) return unseen(elapsed)
  }
}

function unseen(elapsed: number): Exclude<OutcomeDecision, { kind: 'watch' }> {
  const seconds = Math.round(elapsed)
  return {
    kind: 'no_effect',
    message: `Nothing could be read for ${seconds} s, so no effect was seen.`,
    verification: { sli: 'none', before: null, after: null, firing: [], seconds },
  }
}
