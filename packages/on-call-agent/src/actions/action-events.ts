import type { ActionVerification } from '../api.ts'
import type { NewEvent, StoredAction } from '../store/ports.ts'

const of = ({ id, action }: StoredAction) => ({ action_id: id, action })

/** What the timeline holds of an action. */
export const actionEvents = {
  proposed: (stored: StoredAction): NewEvent => {
    const { arguments: args, level, says, reason, simulation, permission, expires_at } = stored
    return { kind: 'action_proposed', ...of(stored), arguments: args, level, says, reason, simulation, permission, expires_at }
  },
  approved: (stored: StoredAction, by: string): NewEvent => ({ kind: 'action_approved', ...of(stored), by, permission: stored.permission }),
  denied: (stored: StoredAction, by: string, reason: string | null): NewEvent => ({ kind: 'action_denied', ...of(stored), by, reason }),
  expired: (stored: StoredAction): NewEvent => ({ kind: 'action_expired', ...of(stored) }),
  voided: (stored: StoredAction, reason: string): NewEvent => ({ kind: 'action_void', ...of(stored), reason }),
  started: (stored: StoredAction): NewEvent => ({ kind: 'action_started', ...of(stored), says: stored.says }),
  ran: (stored: StoredAction, output: string, due: string): NewEvent => ({
    kind: 'action_ran',
    ...of(stored),
    output,
    ...(due !== '' && { due }),
  }),
  verified: (
    stored: StoredAction,
    outcome: 'verified' | 'no_effect' | 'worse' | 'coincidence',
    message: string,
    verification: ActionVerification,
  ): NewEvent => ({ kind: 'action_verified', ...of(stored), outcome, message, verification }),
  undone: (stored: StoredAction, outcome: 'started' | 'done' | 'failed' | 'unknown', output: string): NewEvent => ({
    kind: 'action_undone',
    ...of(stored),
    outcome,
    output,
  }),
  failed: (stored: StoredAction, reason: string): NewEvent => ({ kind: 'action_failed', ...of(stored), reason }),
  unknown: (stored: StoredAction, reason: string): NewEvent => ({ kind: 'action_unknown', ...of(stored), reason }),
}
