import type { Incident } from '../api.ts'
import { callTool, type ToolOutcome } from '../functions/call-tool.ts'
import type { Limits } from '../functions/limits.ts'
import type { Tool } from '../functions/tool.ts'
import { type AssistantMessage, Transcript } from '../incidents/transcript.ts'
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
  const transcript = new Transcript(await store.transcripts.read(incident.id))
  const answer = transcript.adopt(await model.answer(transcript.forModel(), offered, signal))
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
