import type { ReceivedAlert } from './received-alert.ts'
import { isWorst, type SeverityRank } from './severity.ts'

/** An open incident of the alert's service. */
export interface OpenIncident {
  id: string
  severity: string
  /** False once it has been paged. */
  investigating: boolean
  /** Whether the source of one of its open episodes is known to hold it still. */
  confirmed: boolean
  alertnames: ReadonlySet<string>
}

/** Why people are told of an alert that joins after the page. */
export type Tell = 'critical' | 'new_symptom'

/** The incident that a new episode belongs to. */
export type JoinDecision =
  | { kind: 'join'; incidentId: string; reason: 'being_investigated' | 'not_more_severe'; tell: Tell | null }
  | { kind: 'open'; reason: 'first_of_service' | 'more_severe' | 'others_not_confirmed' }

/**
 * An alert joins the newest open incident of its service. Where that has been paged, a more severe alert opens one of its own: a critical alert
 * must not drown in an old warning. Nothing joins an incident whose source may have forgotten it.
 */
export function decideJoin(alert: Pick<ReceivedAlert, 'alertname' | 'severity'>, open: OpenIncident[], rank: SeverityRank): JoinDecision {
  if (open.length === 0) return { kind: 'open', reason: 'first_of_service' }
  const confirmed = open.filter((incident) => incident.confirmed)
  if (confirmed.length === 0) return { kind: 'open', reason: 'others_not_confirmed' }
  const found = confirmed.find(({ investigating, severity }) => investigating || rank(alert.severity) <= rank(severity))
  if (!found) return { kind: 'open', reason: 'more_severe' }
  // The page is still to be written, and will name it.
  if (found.investigating) return { kind: 'join', incidentId: found.id, reason: 'being_investigated', tell: null }
  return { kind: 'join', incidentId: found.id, reason: 'not_more_severe', tell: decideTell(alert, found, rank) }
}

function decideTell(alert: Pick<ReceivedAlert, 'alertname' | 'severity'>, { alertnames }: OpenIncident, rank: SeverityRank): Tell | null {
  if (alertnames.has(alert.alertname)) return null
  return isWorst(rank, alert.severity) ? 'critical' : 'new_symptom'
}
