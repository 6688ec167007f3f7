import type { ChatMessage } from '../incidents/transcript.ts'
import type { Model, ModelAnswer, ModelUsage, ToolDescription } from '../models/model.ts'
import type { CostOf } from './prices.ts'

/** One request to a model as it is counted; without `usage` there was no answer, or its server does not count. */
export interface ModelTurn {
  usage?: ModelUsage | undefined
  cost_usd?: number | undefined
  sentBytes: number
  receivedBytes: number
  seconds: number
  ok: boolean
}

interface CountedTurn {
  model: Model
  costOf?: CostOf | undefined
  onTurn?: ((turn: ModelTurn) => void) | undefined
}

/** Asks a model, and tells what it took, also when there was no answer. */
export async function askCounted(
  { model, costOf, onTurn }: CountedTurn,
  { transcript, offered }: { transcript: ChatMessage[]; offered: ToolDescription[] },
  signal: AbortSignal,
): Promise<ModelAnswer> {
  const started = performance.now()
  const tell = (ok: boolean, answer?: ModelAnswer) =>
    onTurn?.({
      ok,
      usage: answer?.usage,
      cost_usd: answer?.usage && costOf?.(model.id ?? model.name, answer.usage),
      sentBytes: Buffer.byteLength(JSON.stringify(transcript)),
      receivedBytes: answer ? Buffer.byteLength(JSON.stringify({ content: answer.content, tool_calls: answer.tool_calls })) : 0,
      seconds: (performance.now() - started) / 1_000,
    })
  try {
    const answer = await model.answer(transcript, offered, signal)
    tell(true, answer)
    return answer
  } catch (error) {
    tell(false)
    throw error
  }
}
