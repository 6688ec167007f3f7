import type { Ease } from '../facts/ease.ts'
import type { Facts } from '../facts/facts.ts'
import { errorOnset } from '../facts/onset.ts'
import { easeOf } from '../signals/ease.ts'
import type { SignalId } from '../signals/signals.ts'
import { mainSymptoms, type Verdict } from './judge.ts'
import { type Observations, seenOf } from './observe.ts'

/** Readings of the present moment: where one of them speaks for the cause, the next request may meet it again. */
const STANDING: { [Id in SignalId]?: readonly string[] } = {
  slotHolder: ['full'],
  lockRoot: ['waits'],
  databaseDoor: ['refused', 'silent'],
  running: ['given_up', 'none'],
  balancerList: ['differs', 'empty'],
}

/**
 * Whether the alert's own signal has gone back to what is usual. It belongs to what was alerted on and not to the cause that is guessed: all alerted symptoms must have
 * stopped, at least one of them visibly, the alert must not fire any more, and the likeliest cause must not be there to be seen: of few failures the pauses are long.
 */
export function recoveryOf(facts: Facts, observations: Observations, { assessment }: Verdict): Ease {
  // What the alert speaks of was not there, so it cannot have ended.
  const rule = seenOf(observations, 'rule')
  if (rule?.level === 'never') return { kind: 'unknown', says: rule.says, quote: rule.quote }
  const looks = [...mainSymptoms(facts)].map((symptom) => easeOf(symptom, facts))
  const going = looks.find(({ kind }) => kind === 'no')
  if (going) return going
  const stopped = looks.find(({ kind }) => kind === 'yes')
  if (!stopped) return looks[0] ?? { kind: 'unknown', says: 'the alert names nothing that could be watched' }
  const still = assessment.for.find(({ signal, seen }) => STANDING[signal]?.includes(seen.level))
  if (still) return { ...stopped, kind: 'no', says: `${stopped.says}, but ${still.seen.says}` }
  const ended = facts.alerts.length > 0 && facts.alerts.every(({ resolvedAt }) => resolvedAt !== undefined)
  if (ended || seenOf(observations, 'alertState')?.level !== 'firing') return stopped
  return isLongOver(facts)
    ? { ...stopped, says: `${stopped.says}; the alert still fires, for it looks back further` }
    : { ...stopped, kind: 'no', says: `${stopped.says}, but the alert still fires` }
}

/** So long without a failing request is no gap between two of them; with scrapes every five seconds. */
const LONG_OVER_MS = 20_000

/** Requests failed, and have not for a while: an alert about a longer time remembers them. */
function isLongOver(facts: Facts): boolean {
  const endedAt = errorOnset(facts)?.endedAt
  return endedAt !== undefined && facts.now !== undefined && facts.now - endedAt >= LONG_OVER_MS * facts.pace
}
