import type { Facts } from '../facts/facts.ts'
import { troubleSeconds } from '../facts/onset.ts'
import type { Story } from '../families/family.ts'
import type { Observation, Seen } from '../signals/signal.ts'
import { SIGNAL_IDS, type SignalId, signalOf } from '../signals/signals.ts'
import { list } from '../wording.ts'

/** What every signal found. */
export type Observations = Record<SignalId, Observation>

/** Reads all signals once. */
export function observe(facts: Facts): Observations {
  return Object.fromEntries(SIGNAL_IDS.map((id) => [id, readWhole(id, facts)])) as Observations // Each id has its entry.
}

/** One signal; what would need all of a reading that was cut counts as not seen. */
export function readWhole(id: SignalId, facts: Facts): Observation {
  const { read, needsAll, questions, settles } = signalOf(id)
  const found = read(facts)
  if (found.kind === 'seen' && settles?.levels.includes(found.level) && isTooYoung(facts, settles)) return { kind: 'empty' }
  const isPartial = found.kind === 'seen' && needsAll?.includes(found.level) && questions(facts).some(facts.isCut)
  return isPartial ? { kind: 'empty' } : found
}

/** What looks well may not have had the time to look otherwise. Where no reading shows a trouble there is none to be too young. */
function isTooYoung(facts: Facts, { seconds, least = 0 }: { seconds: number; least?: number }): boolean {
  const age = troubleSeconds(facts)
  return age !== undefined && age < Math.max(seconds * facts.pace, least)
}

/** The seen observation of a signal; undefined for what was not asked, failed or was empty. */
export function seenOf(observations: Observations, id: SignalId): Seen | undefined {
  const found = observations[id]
  return found.kind === 'seen' ? found : undefined
}

/** Whether something must be the reason for this. */
export function isAbnormal(id: SignalId, { level }: Seen): boolean {
  return signalOf(id).abnormal.includes(level)
}

/** The observations as a family's words need them. */
export function storyOf(facts: Facts, observations: Observations): Story {
  const seen = (id: SignalId) => seenOf(observations, id)
  const first = (ids: readonly SignalId[], part: 'instances' | 'spared' | 'routes') =>
    ids.map((id) => seen(id)?.[part]).find((names) => names !== undefined && names.length > 0) ?? []
  return {
    service: facts.service,
    is: (id, ...levels) => levels.some((level) => level === seen(id)?.level),
    says: (id) => seen(id)?.says,
    text: (...ids) => ids.map((id) => seen(id)?.text).find((text) => text !== undefined),
    notes: (id) => seen(id)?.notes ?? [],
    instances: (...ids) => first(ids, 'instances'),
    spared: (...ids) => first(ids, 'spared'),
    routes: (...ids) => first(ids, 'routes'),
    who: (...ids) => (first(ids, 'spared').length > 0 ? list(first(ids, 'instances')) : '') || facts.service,
    place: seen('code')?.place,
  }
}
