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
import type { Model } from './models/model.ts'
import type { Store } from './store/ports.ts'
import type { Tape } from './tape/tape.ts'
import { actionsOf, functionsOf, lookForService } from './targets/sight.ts'
import type { Target } from './targets/target.ts'
import type { Tracer } from './telemetry/tracer.ts'
import type { Tracker } from './trackers/tracker.ts'
import type { ModelTurn } from './usage/model-turn.ts'
import type { CostOf } from './usage/prices.ts'

/** What the agent is made of. */
export interface AgentParts {
  store: Guarded<Store>
  model: Guarded<Model>
  /** Reads each diagnosis again; undefined where the model is the rules-model itself. */
  secondReader?: Guarded<Model> | undefined
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
  /** Records every run, or plays recorded ones. */
  tape?: Tape | undefined
  /** What the model's answers cost; nothing is told of it unless given. */
  costOf?: CostOf
  /** Measures the work as spans; nothing unless given. */
  tracer?: Tracer
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
export function investigationParts(parts: AgentParts): InvestigatorDependencies {
  const { store, model, secondReader, limits, tape, costOf, tracer, targets, messenger, contacts, metrics } = parts
  const known = functionsOf(targets)
  return {
    store,
    model,
    secondReader,
    limits,
    tape,
    costOf,
    tracer,
    targets,
    personOnCall: contacts[0],
    render: (to, page) => messenger.render(to, briefly(page)),
    onToolCall: ({ call, ok }) => countCall(metrics, known, call.function.name, ok),
    onTurn: (turn) => countTurn(metrics, turn),
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
  { store, model, limits, tape, costOf, tracer, targets, actTools, trackers = [], metrics, roleOf = () => 'approve' }: AgentParts,
  actions: Actions,
): AnswerDependencies {
  const known = [...functionsOf(targets), ...actTools]
  return {
    actions,
    store,
    model,
    limits,
    tape,
    costOf,
    tracer,
    targets,
    actTools,
    trackers,
    roleOf,
    onToolCall: ({ call, ok }) => countCall(metrics, known, call.function.name, ok),
    onTurn: (turn) => countTurn(metrics, turn),
  }
}

/** A name that the model made up is no label. */
function countCall(metrics: AgentMetrics, tools: Tool[], name: string, ok: boolean): void {
  const tool = tools.some((each) => each.name === name) ? name : 'unknown'
  metrics.toolCalls.inc({ tool, outcome: ok ? 'ok' : 'failed' })
}

function countTurn(metrics: AgentMetrics, { ok, usage, cost_usd, sentBytes, receivedBytes, seconds }: ModelTurn): void {
  metrics.modelRequests.inc({ outcome: ok ? 'answered' : 'failed' })
  metrics.modelTokens.inc({ direction: 'input' }, usage?.inputTokens ?? 0)
  metrics.modelTokens.inc({ direction: 'output' }, usage?.outputTokens ?? 0)
  metrics.modelBytes.inc({ direction: 'sent' }, sentBytes)
  metrics.modelBytes.inc({ direction: 'received' }, receivedBytes)
  metrics.modelCost.inc(cost_usd ?? 0)
  metrics.modelSeconds.observe(seconds)
}
