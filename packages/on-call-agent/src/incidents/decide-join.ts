import type { ReceivedAlert } from './received-alert.ts'
import type { SeverityRank } from './severity.ts'

/** An open incident of the alert's service. */
export interface OpenIncident {
  id: string
  severity: string
  /** False once it has been paged. */
  investigating: boolean
  /** Whether the source of one of its open episodes is known to hold it still. */
  confirmed: boolean
}

/** The incident that a new episode belongs to. */
export type JoinDecision =
  | { kind: 'join'; incidentId: string; reason: 'being_investigated' | 'not_more_severe' }
  | { kind: 'open'; reason: 'first_of_service' | 'more_severe' | 'others_not_confirmed' }

/**
 * An alert joins the newest open incident of its service. Where that has been paged, a more severe alert opens one of its own: a critical alert
 * must not drown in an old warning. Nothing joins an incident whose source may have forgotten it.
 */
export function decideJoin(alert: Pick<ReceivedAlert, 'severity'>, open: OpenIncident[], rank: SeverityRank): JoinDecision {
  if (open.length === 0) return { kind: 'open', reason: 'first_of_service' }
  const confirmed = open.filter((incident) => incident.confirmed)
  if (confirmed.length === 0) return { kind: 'open', reason: 'others_not_confirmed' }
  const found = confirmed.find(({ investigating, severity }) => investigating || rank(alert.severity) <= rank(severity))
  if (!found) return { kind: 'open', reason: 'more_severe' }
  return { kind: 'join', incidentId: found.id, reason: found.investigating ? 'being_investigated' : 'not_more_severe' }
}
