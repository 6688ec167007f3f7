import type { Incident } from '../api.ts'
import { callTool, failure, type ToolOutcome } from '../functions/call-tool.ts'
import { decideCalls } from '../functions/decide-calls.ts'
import type { Limits } from '../functions/limits.ts'
import type { Asked, Tool } from '../functions/tool.ts'
import { type AssistantMessage, type ChatMessage, type ToolCall, Transcript } from '../incidents/transcript.ts'
import type { Model, ToolDescription } from '../models/model.ts'
import type { Store } from '../store/ports.ts'
import type { Tape } from '../tape/tape.ts'
import { answeredAttributes, chatSpan, toolSpan } from '../telemetry/gen-ai.ts'
import { NO_TRACER, type Tracer } from '../telemetry/tracer.ts'
import { askCounted, type ModelTurn } from '../usage/model-turn.ts'
import type { CostOf } from '../usage/prices.ts'
import { foldTranscript } from './fold-transcript.ts'

/** What a turn needs beside the incident. */
export interface TurnDependencies {
  store: Pick<Store, 'transcripts'>
  model: Model
  limits: Limits
  /** Records the run, or plays one. */
  tape?: Tape | undefined
  /** Hears of each finished function call. */
  onToolCall: (outcome: ToolOutcome) => void
  /** Hears what each request to the model took. */
  onTurn?: ((turn: ModelTurn) => void) | undefined
  costOf?: CostOf | undefined
  tracer?: Tracer | undefined
  /** What the person asked for whose message is being answered. */
  asked?: Asked | undefined
}

/** Asks the model for its next answer and stores it before anything else happens. */
export async function takeAnswer(
  { store, model, limits, tape, costOf, onTurn, tracer = NO_TRACER }: TurnDependencies,
  incident: Incident,
  offered: ToolDescription[],
  signal: AbortSignal,
): Promise<AssistantMessage> {
  const transcript = new Transcript(await store.transcripts.read(incident.id))
  // An end that came while it was read would be heard by nobody: a signal tells its listeners once.
  signal.throwIfAborted()
  const asked = { model: tape?.model(model, incident) ?? model, costOf, onTurn }
  const sent = { transcript: foldTranscript(transcript.closed(), limits.contextBytes), offered }
  const { usage: _counted, ...message } = await tracer.span(chatSpan(asked.model, incident), async (add) => {
    const answered = await askCounted(asked, sent, signal)
    add(answeredAttributes(answered.usage, answered.tool_calls?.length ?? 0))
    return answered
  })
  const answer = transcript.adopt(message)
  const calls = (answer.tool_calls ?? []).map(({ id, function: { name, arguments: args } }) => ({ id, name, arguments: args }))
  await store.transcripts.append(incident.id, [answer], [{ kind: 'step', content: answer.content, tool_calls: calls }])
  return answer
}

/** Told to a model that has words where only functions help. */
export const NOBODY_READS = 'Nobody reads this. Call functions to go on, and end with send_diagnosis.'

/** Runs an answer's function calls in parallel, as far as the limits go, and stores each result, which it also returns. */
export async function runCalls(
  { store, limits, onToolCall, asked, tracer = NO_TRACER }: TurnDependencies,
  incident: Incident,
  answer: AssistantMessage,
  tools: Tool[],
  signal: AbortSignal,
): Promise<ToolOutcome[]> {
  const calls = answer.tool_calls ?? []
  const decisions = decideCalls(earlierCalls(await store.transcripts.read(incident.id), calls), calls, limits)
  const outcomes = await Promise.all(
    calls.map(async (call, i): Promise<ToolOutcome> => {
      const decision = decisions[i]
      if (decision?.kind !== 'refuse')
        return tracer.span(toolSpan(call), async (add) => {
          const outcome = await callTool(tools, call, { incident, limits, signal, asked })
          if (!outcome.ok) add({ 'error.type': 'failed' })
          return outcome
        })
      return {
        call,
        ok: false,
        durationMs: 0,
        result: JSON.stringify(failure(decision.reason, decision.message)),
        summary: decision.message,
      }
    }),
  )
  for (const outcome of outcomes) onToolCall(outcome)
  await storeOutcomes(store, incident.id, outcomes)
  return outcomes
}

/** Stores results as transcript and as timeline. */
export async function storeOutcomes(store: Pick<Store, 'transcripts'>, incidentId: string, outcomes: ToolOutcome[]): Promise<void> {
  await store.transcripts.append(
    incidentId,
    outcomes.map(({ call, result }) => ({ role: 'tool', tool_call_id: call.id, content: result })),
    outcomes.map(({ call, ok, durationMs, result, summary }) => ({
      kind: 'tool_result',
      tool_call_id: call.id,
      name: call.function.name,
      ok,
      duration_ms: durationMs,
      result,
      summary,
    })),
  )
}

/** The calls of this run before these: since the alert, or since the person's last message. */
function earlierCalls(transcript: ChatMessage[], calls: ToolCall[]): ToolCall[] {
  const current = new Set(calls.map(({ id }) => id))
  const from = transcript.findLastIndex(({ role, content }) => role === 'user' && content !== NOBODY_READS)
  const made = transcript.slice(from + 1).flatMap((message) => (message.role === 'assistant' ? (message.tool_calls ?? []) : []))
  return made.filter(({ id }) => !current.has(id))
}
