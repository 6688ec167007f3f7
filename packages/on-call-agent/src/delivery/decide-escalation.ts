/** How far one page of an incident is. */
export interface PageProgress {
  to: string
  queuedAtMs: number
  /** `stuck`: it was refused, did not arrive, or its attempts fail. */
  state: 'on_its_way' | 'accepted' | 'stuck'
}

/** What is done about an incident that was paged. */
export type EscalationDecision =
  | { kind: 'page'; to: string; reason: 'no_answer' | 'undelivered' | 'snooze_over' }
  | { kind: 'wait'; afterMs: number; reason: 'time_to_answer' | 'snoozed' }
  | { kind: 'rest'; reason: 'answered' | 'acknowledged' | 'resolved' | 'everybody_was_paged' | 'off' | 'not_paged' }

/** What is known when it is decided. */
interface Escalating {
  /** In the order in which they are paged. */
  contacts: readonly string[]
  /** The newest page and those that it was escalated by, oldest first. */
  pages: PageProgress[]
  /** Why nobody else needs to be woken. */
  quiet: 'answered' | 'acknowledged' | 'resolved' | undefined
  /** Who wants to be paged again, and when. */
  snooze?: { by: string; untilMs: number } | undefined
  nowMs: number
  /** How long a person has to answer; 0: silence is not escalated, only what does not get through. */
  afterMs: number
}

/** Each contact is paged so often before the next one is. */
const ROUNDS = 2

/**
 * A page that does not get through goes to the next contact at once. One that nobody answers in time is repeated, and then goes to the next contact,
 * until all were paged. An answer, an acknowledgement and the resolve end it.
 */
export function decideEscalation({ contacts, pages, quiet, snooze, nowMs, afterMs }: Escalating): EscalationDecision {
  if (snooze && quiet !== 'resolved') {
    const leftMs = snooze.untilMs - nowMs
    return leftMs > 0 ? { kind: 'wait', afterMs: leftMs, reason: 'snoozed' } : { kind: 'page', to: snooze.by, reason: 'snooze_over' }
  }
  if (quiet) return { kind: 'rest', reason: quiet }
  const newest = pages.at(-1)
  if (!newest) return { kind: 'rest', reason: 'not_paged' }
  const next = contacts.find((contact) => pages.every(({ to }) => to !== contact))
  if (newest.state === 'stuck') {
    if (next !== undefined) return { kind: 'page', to: next, reason: 'undelivered' }
    if (pages.every(({ state }) => state === 'stuck')) return { kind: 'rest', reason: 'everybody_was_paged' }
  }
  if (afterMs === 0) return { kind: 'rest', reason: 'off' }
  const leftMs = newest.queuedAtMs + afterMs - nowMs
  const repeated = pages.filter(({ to }) => to === newest.to).length >= ROUNDS
  const target = repeated || newest.state === 'stuck' ? next : newest.to
  if (target === undefined) return { kind: 'rest', reason: 'everybody_was_paged' }
  return leftMs > 0 ? { kind: 'wait', afterMs: leftMs, reason: 'time_to_answer' } : { kind: 'page', to: target, reason: 'no_answer' }
}
