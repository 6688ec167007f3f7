import type { Store, StoredAction } from '../store/ports.ts'
import { actionEvents } from './action-events.ts'
import { type ApprovalRefusal, decideApproval, WRONG_CODE } from './decide-approval.ts'
import { digestOf } from './digest.ts'
import type { ActionPolicy } from './policy.ts'

/** What a person decided about a proposal. */
export type DecisionOutcome =
  | { kind: 'approved' | 'denied'; action: StoredAction }
  | { kind: 'refused'; reason: ApprovalRefusal; message: string; action?: StoredAction }

/** Who decides, and about what. */
export interface PersonDecision {
  /** An address, or `console`. */
  by: string
  mayApprove: boolean
  /** The digits that the person wrote; undefined where the action itself was chosen. */
  code?: string | undefined
  /** The action that was chosen; where a code is given too, it has to be its own. */
  id?: string | undefined
  /** The incident that the person's message is about. */
  incidentId?: string | null
}

interface ApprovalDependencies {
  store: Store
  policy: ActionPolicy
  now?: (() => Date) | undefined
}

/** Proposals that a code is looked for among; an older one has long expired. */
const NEWEST = 500

/** Approves a proposal once: the decision and its reason are stored together, and whoever comes second is told. */
export async function approveAction(
  { store, policy, now = () => new Date() }: ApprovalDependencies,
  decision: PersonDecision,
): Promise<DecisionOutcome> {
  const { by, code, mayApprove, incidentId = null } = decision
  return store.transaction(async ({ actions }) => {
    const action = await findMeant(actions, decision)
    if (!action) return notFound(decision)
    const { incident_id, action: name, arguments: args, level } = action
    const digest = digestOf({ incidentId: incident_id, action: name, args, level, policy })
    const verdict = decideApproval({ action, code, mayApprove, incidentId, digest, now: now() })
    if (verdict.kind === 'refuse') return { ...verdict, kind: 'refused', action }
    const change = { decided_at: now().toISOString(), decided_by: by }
    const moved = await actions.move(action.id, { from: ['proposed'], to: 'approved', change, events: [actionEvents.approved(action, by)] })
    if (moved === 'busy')
      return {
        kind: 'refused',
        reason: 'busy',
        message: `Another action on ${action.service} is under way; approve ${action.id} again after it`,
        action,
      }
    if (moved === 'not_from') return { kind: 'refused', reason: 'already_decided', message: `${action.id} was decided already`, action }
    return { kind: 'approved', action: { ...action, ...change, status: 'approved' } }
  })
}

/** Denies a proposal that waits. A reason goes back to the model. */
export async function denyAction(
  { store, now = () => new Date() }: ApprovalDependencies,
  { reason, ...decision }: PersonDecision & { reason?: string | undefined },
): Promise<DecisionOutcome> {
  const { by, code, mayApprove, incidentId = null } = decision
  return store.transaction(async ({ actions }) => {
    const action = await findMeant(actions, decision)
    if (!action) return notFound(decision)
    if (!mayApprove) return { kind: 'refused', reason: 'not_allowed', message: 'You may not decide about actions', action }
    if (code !== undefined && code !== action.code) return { kind: 'refused', reason: 'wrong_code', message: WRONG_CODE, action }
    if (incidentId !== null && incidentId !== action.incident_id)
      return { kind: 'refused', reason: 'other_incident', message: `${action.id} belongs to another incident than your message`, action }
    const change = { decided_at: now().toISOString(), decided_by: by, status_reason: reason ?? null }
    const events = [actionEvents.denied(action, by, reason ?? null)]
    const moved = await actions.move(action.id, { from: ['proposed'], to: 'denied', change, events })
    if (moved !== 'moved')
      return { kind: 'refused', reason: 'already_decided', message: `${action.id} is ${action.status.replace('_', ' ')} already`, action }
    return { kind: 'denied', action: { ...action, ...change, status: 'denied' } }
  })
}

function notFound({ mayApprove }: PersonDecision): DecisionOutcome {
  if (!mayApprove) return { kind: 'refused', reason: 'not_allowed', message: 'You may not decide about actions' }
  return { kind: 'refused', reason: 'wrong_code', message: WRONG_CODE }
}

/** The chosen action; by code the one that waits, else the newest that had it; without either the only one that waits in this incident. */
async function findMeant(actions: Store['actions'], { id, code, incidentId }: PersonDecision): Promise<StoredAction | undefined> {
  if (id !== undefined) return actions.find(id)
  if (code !== undefined) {
    const same = (await actions.list({ limit: NEWEST })).filter((each) => each.code === code)
    return same.find(({ status }) => status === 'proposed') ?? same[0]
  }
  if (!incidentId) return undefined
  const [only, second] = await actions.list({ statuses: ['proposed'], incidentId })
  return second ? undefined : only
}
