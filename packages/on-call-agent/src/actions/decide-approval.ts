import type { StoredAction } from '../store/ports.ts'

/** Why an approval does not count. */
export type ApprovalRefusal =
  | 'not_allowed'
  | 'only_proposing'
  | 'wrong_code'
  | 'other_incident'
  | 'already_decided'
  | 'expired'
  | 'policy_changed'
  | 'busy'
  | 'void'

/** Whether a person's approval lets an action run. */
export type ApprovalDecision = { kind: 'approve' } | { kind: 'refuse'; reason: ApprovalRefusal; message: string }

/** What is known when a person approves. */
export interface ApprovalFacts {
  action: Pick<StoredAction, 'id' | 'status' | 'code' | 'digest' | 'expires_at' | 'incident_id' | 'permission' | 'decided_by'>
  /** The digits that the person wrote; undefined on the console, where the action itself was chosen. */
  code: string | undefined
  mayApprove: boolean
  /** The incident that the message is about, where it names one. */
  incidentId: string | null
  /** Over what it would be now. */
  digest: string
  now: Date
}

export const WRONG_CODE = 'No proposal that waits has this code'

/** An approval counts once, within its time, with the code of its own proposal, and for what was proposed. */
export function decideApproval({ action, code, mayApprove, incidentId, digest, now }: ApprovalFacts): ApprovalDecision {
  if (!mayApprove) return refuse('not_allowed', 'You may not approve actions')
  if (code !== undefined && code !== action.code) return refuse('wrong_code', WRONG_CODE)
  if (incidentId !== null && incidentId !== action.incident_id)
    return refuse('other_incident', `${action.id} belongs to another incident than your message`)
  if (action.status === 'expired') return refuse('expired', `${action.id} has expired`)
  if (action.status !== 'proposed')
    return refuse(
      'already_decided',
      `${action.id} is ${action.status.replace('_', ' ')} already${action.decided_by ? ` (${action.decided_by})` : ''}`,
    )
  if (now.getTime() >= Date.parse(action.expires_at)) return refuse('expired', `${action.id} has expired`)
  if (action.permission === 'only_proposing')
    return refuse('only_proposing', 'I may only propose (ACTIONS_MODE=propose); please do it yourself')
  if (digest !== action.digest) return refuse('policy_changed', `What ${action.id} may do has changed since it was proposed`)
  return { kind: 'approve' }
}

function refuse(reason: ApprovalRefusal, message: string): ApprovalDecision {
  return { kind: 'refuse', reason, message }
}
