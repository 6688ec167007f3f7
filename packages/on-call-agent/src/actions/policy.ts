import { Type } from 'typebox'

/** What the agent may do by itself. `off`: nothing is proposed; `propose`: people are told, and do it themselves; `approve`: a person allows each; `auto`: see `decidePermission`. */
type ActionsMode = 'off' | 'propose' | 'approve' | 'auto'

/** No action is watched longer, however far the rule of its alert looks back: while it is watched, no other one runs on its service. */
export const LONGEST_SECONDS = 600

/** What bounds actions. */
export interface ActionPolicy {
  mode: ActionsMode
  /** Below this confidence of the diagnosis nothing runs by itself. */
  minConfidence: number
  /** How long a proposal waits for its approval. */
  approveWithinMs: number
  /** How long the figures are watched; undefined leaves it to the action. */
  verifySeconds?: number | undefined
  /** How long they are watched at most, where an alert looks back further; shorter in tests only. */
  longestSeconds?: number | undefined
}

/** The variables of the policy. */
export const actionSettings = {
  /** off, propose, approve (a person allows each) or auto (see docs/actions.md). */
  ACTIONS_MODE: Type.Enum(['off', 'propose', 'approve', 'auto'], { default: 'approve' }),
  /** Below this confidence of the diagnosis nothing runs by itself. */
  ACTIONS_MIN_CONFIDENCE: Type.Number({ minimum: 0, maximum: 1, default: 0.8 }),
  /** Seconds for which the figures are watched after an action. */
  ACTIONS_VERIFY_SECONDS: Type.Number({ minimum: 1, maximum: LONGEST_SECONDS, default: 60 }),
}

/** Silence for so long is no. */
export const APPROVE_WITHIN_MS = 600_000
