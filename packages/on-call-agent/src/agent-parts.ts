import type { Guarded } from '@oncall-lab/service-kit/guard'
import type { ActionPolicy } from './actions/policy.ts'
import type { Actions } from './actions/start-actions.ts'
import type { Incident } from './api.ts'
import type { Messenger, PageWriter } from './channels/channel.ts'
import { briefly } from './channels/page.ts'
import type { AnswerDependencies } from './conversation/answer-message.ts'
import type { Limits } from './functions/limits.ts'
import type { ActTool, Tool } from './functions/tool.ts'
import type { Role } from './incidents/address.ts'
import type { SeverityRank } from './incidents/severity.ts'
import type { InvestigatorDependencies } from './investigation/investigator.ts'
import type { AgentMetrics } from './metrics.ts'
import type { Model, ModelUsage } from './models/model.ts'
import type { Store } from './store/ports.ts'
import { actionsOf, functionsOf, lookForService } from './targets/sight.ts'
import type { Target } from './targets/target.ts'
import type { Tracker } from './trackers/tracker.ts'

/** What the agent is made of. */
export interface AgentParts {
  store: Guarded<Store>
  model: Guarded<Model>
  /** What can be looked at. */
  targets: readonly Target[]
  /** Functions that act; offered only after a person has written. */
  actTools: ActTool[]
  /** Where the tickets are that people comment on or close. */
  trackers?: readonly Guarded<Tracker>[]
  messenger: Guarded<Messenger & PageWriter>
  /** Addresses of the people to page, in order; the first is on call. */
  contacts: readonly [string, ...string[]]
  /** What each of them may do; all of it unless given. */
  roleOf?: (address: string) => Role
  /** How long a person has to answer a page before it is repeated and then goes to the next contact; 0 waits for ever. */
  escalateAfterMs?: number
  /** Where the incidents are listed. */
  listLink?: string
  /** Which severities a digest names first. */
  rank?: SeverityRank
  /** What an inquiry is about that names nothing. */
  inquiryService?: string
  limits: Limits
  /** How long after a diagnosis that did not settle the cause it is looked again, each time; shorter in tests only. */
  lookAgainAfterMs?: readonly number[]
  /** What may be done, and who allows it; nothing where it is absent. */
  actionPolicy?: ActionPolicy
  metrics: AgentMetrics
  /** Told of what failed and will be tried again. */
  onError: (what: string, error: unknown) => void
  /** The pause before that. */
  retryMs?: number
  /** For how long a vendor may hold a message whose answer was lost; shorter in tests only. */
  settleMs?: number
  /** When a vendor that reports nothing is asked what became of a message; shorter in tests only. */
  askAfterMs?: readonly number[]
}

/** What investigations need of it. */
export function investigationParts({ store, model, limits, targets, messenger, contacts, metrics }: AgentParts): InvestigatorDependencies {
  const known = functionsOf(targets)
  return {
    store,
    model,
    limits,
    targets,
    personOnCall: contacts[0],
    render: (to, page) => messenger.render(to, briefly(page)),
    onToolCall: ({ call, ok }) => countCall(metrics, known, call.function.name, ok),
    onUsage: (usage) => countTokens(metrics, usage),
    onOutcome: (outcome, seconds) => {
      metrics.investigations.inc({ outcome })
      metrics.investigationSeconds.observe(seconds)
    },
  }
}

const NO_ACTIONS: ActionPolicy = { mode: 'off', minConfidence: 1, approveWithinMs: 0 }

/** What actions need of it. */
export function actionParts({ store, targets, contacts, metrics, onError, actionPolicy = NO_ACTIONS }: AgentParts) {
  return {
    store,
    policy: actionPolicy,
    personOnCall: contacts[0],
    onError,
    onStep: (step: string, reason: string) => metrics.actions.inc({ step, reason }),
    actionsFor: async (incident: Incident, signal: AbortSignal) => actionsOf((await lookForService(targets, incident, signal)).seeing),
  }
}

/** What answers need of it. */
export function answerParts(
  { store, model, limits, targets, actTools, trackers = [], metrics, roleOf = () => 'approve' }: AgentParts,
  actions: Actions,
): AnswerDependencies {
  const known = [...functionsOf(targets), ...actTools]
  return {
    actions,
    store,
    model,
    limits,
    targets,
    actTools,
    trackers,
    roleOf,
    onToolCall: ({ call, ok }) => countCall(metrics, known, call.function.name, ok),
    onUsage: (usage) => countTokens(metrics, usage),
  }
}

/** A name that the model made up is no label. */
function countCall(metrics: AgentMetrics, tools: Tool[], name: string, ok: boolean): void {
  const tool = tools.some((each) => each.name === name) ? name : 'unknown'
  metrics.toolCalls.inc({ tool, outcome: ok ? 'ok' : 'failed' })
}

function countTokens(metrics: AgentMetrics, { inputTokens, outputTokens }: ModelUsage): void {
  metrics.modelTokens.inc({ direction: 'input' }, inputTokens)
  metrics.modelTokens.inc({ direction: 'output' }, outputTokens)
}
