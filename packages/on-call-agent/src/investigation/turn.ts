import type { Incident } from '../api.ts'
import { callTool, failure, type ToolOutcome } from '../functions/call-tool.ts'
import type { Limits } from '../functions/limits.ts'
import type { Tool } from '../functions/tool.ts'
import type { AssistantMessage, ChatMessage } from '../incidents/transcript.ts'
import type { Model, ToolDescription } from '../models/model.ts'
import type { Store } from '../store/ports.ts'

/** What a turn needs beside the incident. */
export interface TurnDependencies {
  store: Store
  model: Model
  limits: Limits
  /** Hears of each finished function call. */
  onToolCall: (outcome: ToolOutcome) => void
}

/** Asks the model for its next answer and stores it before anything else happens. */
export async function takeAnswer(
  { store, model }: TurnDependencies,
  incident: Incident,
  offered: ToolDescription[],
  signal: AbortSignal,
): Promise<AssistantMessage> {
  const answer = await model.answer(await store.transcripts.read(incident.id), offered, signal)
  const calls = (answer.tool_calls ?? []).map(({ id, function: { name, arguments: args } }) => ({ id, name, arguments: args }))
  await store.transcripts.append(incident.id, [answer], [{ kind: 'step', content: answer.content, tool_calls: calls }])
  return answer
}

/** Runs an answer's function calls in parallel and stores each result. */
export async function runCalls(
  { store, limits, onToolCall }: TurnDependencies,
  incident: Incident,
  answer: AssistantMessage,
  tools: Tool[],
  signal: AbortSignal,
): Promise<void> {
  const outcomes = await Promise.all((answer.tool_calls ?? []).map((call) => callTool(tools, call, { incident, limits, signal })))
  for (const outcome of outcomes) onToolCall(outcome)
  await storeOutcomes(store, incident.id, outcomes)
}

/** Stores results as transcript and as timeline. */
export async function storeOutcomes(store: Store, incidentId: string, outcomes: ToolOutcome[]): Promise<void> {
  await store.transcripts.append(
    incidentId,
    outcomes.map(({ call, result }) => ({ role: 'tool', tool_call_id: call.id, content: result })),
    outcomes.map(({ call, ok, durationMs, result }) => ({
      kind: 'tool_result',
      tool_call_id: call.id,
      name: call.function.name,
      ok,
      duration_ms: durationMs,
      result,
    })),
  )
}

/**
 * Function calls without a result, left by a restart or by a deadline: the wire format does not allow them, so they are told as interrupted.
 * To be called before anything else is added: only the newest answer can have open calls (some servers use the same ids in every answer).
 */
export async function closeOpenCalls(store: Store, incidentId: string): Promise<void> {
  const transcript = await store.transcripts.read(incidentId)
  const newest = transcript.findLastIndex(({ role }) => role === 'assistant')
  const answered = new Set(transcript.slice(newest + 1).flatMap((message) => (message.role === 'tool' ? [message.tool_call_id] : [])))
  const answer = transcript[newest]
  const calls = answer?.role === 'assistant' ? (answer.tool_calls ?? []) : []
  const open = calls.filter(({ id }) => !answered.has(id))
  const messages = open.map(
    ({ id }): ChatMessage => ({
      role: 'tool',
      tool_call_id: id,
      content: JSON.stringify(failure('interrupted', 'The call was interrupted and has no result; call again if it is still needed')),
    }),
  )
  if (messages.length > 0) await store.transcripts.append(incidentId, messages)
}
