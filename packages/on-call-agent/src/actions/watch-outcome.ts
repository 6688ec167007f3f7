import { setTimeout as sleep } from 'node:timers/promises'
import type { Incident } from '../api.ts'
import { decideOutcome, type Judged, type Look, type OutcomeDecision } from './decide-outcome.ts'
import type { Lags } from './outcome-due.ts'
import { readLags, readLook, slisOf } from './read-slis.ts'
import type { Gauges } from './sli.ts'

interface Watching extends Lags {
  gauges: readonly Gauges[]
  /** The incident as it is now. */
  reload: () => Promise<Incident>
  judged: Omit<Judged, 'says'>[]
  firingBefore: string[]
}

/** So many looks in the time of a verification; in one that takes longer, so many in what has passed of it. */
const LOOKS = 12

/** Looks at the figures until they say what the action brought about. A look that fails counts as none; with none for long it had no effect that can be seen. */
export async function watchOutcome(
  { gauges, reload, judged: before, firingBefore, ...asked }: Watching,
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
  const secondsSince = () => (performance.now() - begun) / 1_000
  let { alertLags } = asked
  for (;;) {
    await sleep((Math.max(asked.seconds, secondsSince()) * 1_000) / LOOKS, undefined, { signal })
    const elapsed = secondsSince()
    try {
      const context = { incident: await reload(), signal }
      const look = await readLook(gauges, ids, elapsed, context)
      looks.push(look)
      // An alert that joined later, or a Prometheus that did not answer before.
      if (look.firing.some((name) => !alertLags.some(({ alertname }) => alertname === name))) alertLags = await readLags(gauges, context)
    } catch (error) {
      if (signal.aborted) throw error
    }
    const decision = decideOutcome({ judged, firingBefore, looks, ...asked, alertLags })
    if (decision.kind !== 'watch') return decision
    const unseenSeconds = elapsed - (looks.at(-1)?.seconds ?? 0)
    if (unseenSeconds > 3 * asked.seconds && elapsed >= longestLag({ ...asked, alertLags })) return unseen(unseenSeconds)
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

/** Who saw nothing for a while has not missed the end of an alert that looks back further. */
function longestLag({ alertLags, longestSeconds }: Lags): number {
  return Math.min(longestSeconds, Math.max(0, ...alertLags.map(({ seconds }) => seconds ?? 0)))
}
