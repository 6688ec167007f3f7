import type { Episode, TimelineEvent } from '../api.ts'
import { isWorst, type SeverityRank } from '../incidents/severity.ts'

/** What is told of the alerts that joined an incident after its page. */
export type JoinedDecision =
  | { kind: 'tell'; alerts: string[]; reason: 'time_is_up' }
  | { kind: 'wait'; afterMs: number; reason: 'others_may_follow' }
  | { kind: 'rest'; reason: 'not_paged' | 'nothing_new' }

interface Joining {
  alerts: Pick<Episode, 'alertname' | 'severity' | 'labels' | 'received_at' | 'ends_at'>[]
  timeline: TimelineEvent[]
  rank: SeverityRank
  nowMs: number
}

/** A line waits so long for others, so that one trouble that sets off ten rules is one line; less when one of them is as bad as can be. */
export const GATHER_MS = { worst: 15_000, other: 60_000 }
/** From one line to the next. */
const APART_MS = 180_000

/**
 * An alert that joins after the page is told when it changes the picture: a rule or an instance that no message has named yet, and that fires still.
 * What fired before the page was known to whoever wrote it.
 */
export function decideJoined({ alerts, timeline, rank, nowMs }: Joining): JoinedDecision {
  const said = timeline.flatMap(({ at, event }) => (event.kind === 'message_queued' ? { atMs: Date.parse(at), event } : []))
  const paged = said.find(({ event }) => event.message_kind === 'page' || event.message_kind === 'digest')
  if (!paged) return { kind: 'rest', reason: 'not_paged' }
  const words = said.map(({ event }) => event.body).join('\n')
  const untold = alerts.filter(
    ({ alertname, labels, received_at, ends_at }) =>
      ends_at === null &&
      Date.parse(received_at) > paged.atMs &&
      !(words.includes(alertname) && (labels.instance === undefined || words.includes(labels.instance))),
  )
  if (untold.length === 0) return { kind: 'rest', reason: 'nothing_new' }
  const lastLine = said.findLast(({ event }) => event.message_kind === 'update')
  const gatherMs = untold.some(({ severity }) => isWorst(rank, severity)) ? GATHER_MS.worst : GATHER_MS.other
  const dueMs = Math.max(
    Math.min(...untold.map(({ received_at }) => Date.parse(received_at))) + gatherMs,
    lastLine ? lastLine.atMs + APART_MS : 0,
  )
  if (dueMs > nowMs) return { kind: 'wait', afterMs: dueMs - nowMs, reason: 'others_may_follow' }
  return { kind: 'tell', alerts: [...new Set(untold.map(named))], reason: 'time_is_up' }
}

const named = ({ alertname, severity, labels: { instance } }: Joining['alerts'][number]) =>
  `${alertname}${instance ? ` on ${instance}` : ''} (${severity || 'severity unknown'})`
