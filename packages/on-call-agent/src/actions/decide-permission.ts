import type { ActionLevel, Diagnosis, Incident } from '../api.ts'
import type { StoredAction } from '../store/ports.ts'
import { isSameAction } from './digest.ts'
import type { ActionPolicy } from './policy.ts'
import type { Trouble } from './read-trouble.ts'

/** Why a proposal is refused before anybody is asked. */
type DenyReason =
  | 'actions_off'
  | 'incident_over'
  | 'trouble_over'
  | 'not_diagnosed'
  | 'nothing_to_cure'
  | 'one_at_a_time'
  | 'repeated'
  | 'denied_before'
  | 'too_many'

/** Why a person decides. */
type AskReason =
  | 'only_proposing'
  | 'mode_approve'
  | 'level_high'
  | 'low_confidence'
  | 'not_grounded'
  | 'figures_are_good'
  | 'auto_switched_off'

/** Whether a proposed action may run. */
export type PermissionDecision =
  | { kind: 'deny'; reason: DenyReason; message: string }
  | { kind: 'allow'; reason: 'auto' }
  | { kind: 'ask'; reason: AskReason }

/** What a decision rests on; nothing of it is the model's opinion of its proposal. */
export interface PermissionFacts {
  policy: Pick<ActionPolicy, 'mode' | 'minConfidence'>
  proposal: { action: string; arguments: unknown; level: ActionLevel }
  incident: Pick<Incident, 'status' | 'diagnosis'>
  /** Who made the diagnosis. */
  madeBy: 'model' | 'fallback' | undefined
  /** Of this incident; the arguments here and of the proposal in one form, see `Action.meaning`. */
  earlier: (Pick<StoredAction, 'action' | 'status'> & { arguments: unknown })[]
  /** Of the service, newest first. */
  ofService: Pick<StoredAction, 'status' | 'decided_by'>[]
  /** What the figures show; absent where they were not read. */
  trouble?: Trouble | undefined
}

/** Actions of one incident; whoever needs more needs a person at the keyboard. */
const MOST_ACTIONS = 6

/**
 * Deny, then allow, then ask. By itself only what is below `high` runs, in mode `auto`, for a diagnosis that is grounded and sure enough, where the figures are not good again, and while the last action
 * that ran so on this service helped. A model's confidence never lowers a level.
 */
export function decidePermission(facts: PermissionFacts): PermissionDecision {
  const denied = decideDeny(facts)
  if (denied) return denied
  const { policy, proposal, incident, ofService, trouble } = facts
  if (policy.mode === 'propose') return { kind: 'ask', reason: 'only_proposing' }
  if (policy.mode === 'approve') return { kind: 'ask', reason: 'mode_approve' }
  if (proposal.level === 'high') return { kind: 'ask', reason: 'level_high' }
  const { diagnosis } = incident
  if (diagnosis?.status !== 'diagnosed' || diagnosis.evidence.length === 0) return { kind: 'ask', reason: 'not_grounded' }
  if (diagnosis.confidence < policy.minConfidence) return { kind: 'ask', reason: 'low_confidence' }
  if (trouble?.kind === 'eased') return { kind: 'ask', reason: 'figures_are_good' }
  if (isAutoOff(ofService)) return { kind: 'ask', reason: 'auto_switched_off' }
  return { kind: 'allow', reason: 'auto' }
}

/** Who decided what ran by itself. */
export const AUTO = 'auto'

const HELPED: StoredAction['status'][] = ['verified', 'coincidence']
const RAN: StoredAction['status'][] = ['verified', 'coincidence', 'no_effect', 'worse', 'failed', 'unknown']

/** An action that ran by itself and did not help switches that off for its service, until one that a person approved helps there. */
export function isAutoOff(ofService: Pick<StoredAction, 'status' | 'decided_by'>[]): boolean {
  for (const { status, decided_by } of ofService) {
    if (!RAN.includes(status)) continue
    if (decided_by === AUTO) return !HELPED.includes(status)
    if (status === 'verified') return false
  }
  return false
}

function decideDeny({ policy, proposal, incident, madeBy, earlier, ofService, trouble }: PermissionFacts): PermissionDecision | undefined {
  if (policy.mode === 'off') return deny('actions_off', 'Actions are switched off (ACTIONS_MODE)')
  if (incident.status === 'resolved') return deny('incident_over', 'The incident is over')
  const { diagnosis } = incident
  if (!diagnosis || madeBy !== 'model' || (diagnosis.status === 'inconclusive' && !isAboutTheOne(diagnosis, proposal)))
    return deny('not_diagnosed', 'No action without a diagnosis: the cause is not known')
  if (diagnosis.status === 'recovered' || diagnosis.status === 'false_alarm')
    return deny('nothing_to_cure', 'The diagnosis says that nothing is wrong any more')
  if (trouble?.kind === 'over')
    return deny('trouble_over', `It is over, and nothing is left to cure: ${trouble.says}; no alert of the incident fires`)
  if (trouble?.kind === 'eased' && earlier.some(({ status }) => status === 'verified'))
    return deny('trouble_over', `An action of this incident has helped, and its alert only looks back further: ${trouble.says}`)
  if (earlier.some(({ status }) => status === 'proposed')) return deny('one_at_a_time', 'Another proposal waits for its answer')
  if (ofService.some(({ status }) => status === 'approved' || status === 'started'))
    return deny('one_at_a_time', 'Another action on this service is under way')
  const same = earlier.filter((each) => isSameAction(each, proposal))
  if (same.some(({ status }) => status === 'denied')) return deny('denied_before', 'A person has denied just this')
  if (same.some(({ status }) => RAN.includes(status))) return deny('repeated', 'Just this was done in this incident already')
  if (earlier.length >= MOST_ACTIONS) return deny('too_many', `${MOST_ACTIONS} actions were proposed in this incident; a person takes over`)
  return undefined
}

/** Whatever the cause: the evidence says that one instance alone has the trouble, and that one is taken out or started anew. */
function isAboutTheOne({ instances = [], evidence }: Diagnosis, { arguments: args, level }: PermissionFacts['proposal']): boolean {
  const [one, another] = instances
  const meant = typeof args === 'object' && args !== null && 'instance' in args ? args.instance : undefined
  return level !== 'high' && evidence.length > 0 && one !== undefined && another === undefined && meant === one
}

function deny(reason: DenyReason, message: string): PermissionDecision {
  return { kind: 'deny', reason, message }
}
