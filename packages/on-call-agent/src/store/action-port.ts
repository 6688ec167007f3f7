import type { Action, ActionStatus } from '../api.ts'
import type { NewEvent } from './ports.ts'

/** An action with what the API keeps to itself. */
export interface StoredAction extends Action {
  /** Four digits that approve it, in the message to the person alone. */
  code: string
  /** What the world was like just before it ran, as JSON: tells afterwards whether it ran, and what undoing means. */
  before: string | null
}

/** An action to be proposed. */
export type NewAction = Pick<
  StoredAction,
  | 'incident_id'
  | 'service'
  | 'action'
  | 'arguments'
  | 'level'
  | 'says'
  | 'reason'
  | 'simulation'
  | 'permission'
  | 'digest'
  | 'expires_at'
  | 'code'
>

/** What changes with an action's status. */
type ActionChange = Partial<
  Pick<
    StoredAction,
    'status_reason' | 'decided_at' | 'decided_by' | 'started_at' | 'ended_at' | 'output' | 'verification' | 'undo' | 'before'
  >
>

/** Proposed actions and what became of them. Each method writes its event with its change. */
export interface ActionStore {
  /** Status `proposed`; the store gives the id (`A1`, `A2`, …) and the time. */
  propose(action: NewAction, event: (stored: StoredAction) => NewEvent): Promise<StoredAction>
  /** In whatever case. */
  find(id: string): Promise<StoredAction | undefined>
  /** Newest first. */
  list(query?: { statuses?: readonly ActionStatus[]; incidentId?: string; service?: string; limit?: number }): Promise<StoredAction[]>
  /**
   * Moves an action on, when it stands in `from` and no other action of its service is `approved` or `started` where it is to be so: `not_from` and
   * `busy` change nothing. Whoever moves it first is the only one.
   */
  move(
    id: string,
    step: { from: readonly ActionStatus[]; to: ActionStatus; change?: ActionChange; events?: NewEvent[] },
  ): Promise<'moved' | 'not_from' | 'busy'>
}
