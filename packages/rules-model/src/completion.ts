import { MODEL_ID } from './answer.ts'
import type { AssistantMessage } from './openai-wire.ts'

/** No tokens are read or made here, and none are claimed. */
const USAGE = { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 }

interface Stamp {
  /** `chatcmpl-…`. */
  id: string
  /** Seconds since 1970. */
  created: number
}

/** The body of an answered `POST /v1/chat/completions`. */
export function asCompletion(message: AssistantMessage, { id, created }: Stamp): object {
  return {
    id,
    object: 'chat.completion',
    created,
    model: MODEL_ID,
    choices: [{ index: 0, message: { ...message, refusal: null }, logprobs: null, finish_reason: finishReason(message) }],
    usage: USAGE,
    system_fingerprint: null,
  }
}

/** The same as server-sent events: the whole message in one chunk, the end in the next, then `[DONE]`. */
export function asEventStream(message: AssistantMessage, { id, created }: Stamp, includeUsage: boolean): string {
  const chunk = (choices: object[], usage?: object) => ({
    id,
    object: 'chat.completion.chunk',
    created,
    model: MODEL_ID,
    choices,
    ...(includeUsage && { usage: usage ?? null }),
  })
  const { tool_calls, ...words } = message
  const delta = { ...words, ...(tool_calls && { tool_calls: tool_calls.map((call, index) => ({ index, ...call })) }) }
  const chunks = [
    chunk([{ index: 0, delta, logprobs: null, finish_reason: null }]),
    chunk([{ index: 0, delta: {}, logprobs: null, finish_reason: finishReason(message) }]),
    ...(includeUsage ? [chunk([], USAGE)] : []),
  ]
  return [...chunks.map((data) => `data: ${JSON.stringify(data)}\n\n`), 'data: [DONE]\n\n'].join('')
}

function finishReason({ tool_calls }: AssistantMessage): 'tool_calls' | 'stop' {
  return tool_calls ? 'tool_calls' : 'stop'
}
