import type { Diagnosis, IncidentStatus } from '../api.ts'

/** The status of an incident whose investigation ended. */
export interface StatusDecision {
  status: IncidentStatus
  reason: 'is_over' | 'without_model' | 'not_understood' | 'understood'
}

/** What is over stays resolved; what no model understood is inconclusive. */
export function decideStatus(isOver: boolean, madeBy: 'model' | 'fallback', diagnosis: Pick<Diagnosis, 'status'>): StatusDecision {
  if (isOver) return { status: 'resolved', reason: 'is_over' }
  if (madeBy === 'fallback') return { status: 'inconclusive', reason: 'without_model' }
  if (diagnosis.status === 'inconclusive') return { status: 'inconclusive', reason: 'not_understood' }
  return { status: 'diagnosed', reason: 'understood' }
}
