import { MODEL_ID } from './answer.ts'
import type { Obeyed } from './obey-limits.ts'

/** No tokens are read or made here, and none are claimed. */
const USAGE = { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 }

interface Stamp {
  /** `chatcmpl-…`. */
  id: string
  /** Seconds since 1970. */
  created: number
}

/** The body of an answered `POST /v1/chat/completions`. */
export function asCompletion({ message, finishReason }: Obeyed, { id, created }: Stamp): object {
  return {
    id,
    object: 'chat.completion',
    created,
    model: MODEL_ID,
    choices: [{ index: 0, message: { ...message, refusal: null }, logprobs: null, finish_reason: finishReason }],
    usage: USAGE,
  }
}

/** The same as server-sent events: words in pieces, calls in one chunk, the end in the last, then `[DONE]`. */
export function asEventStream({ message, finishReason }: Obeyed, { id, created }: Stamp, includeUsage: boolean): string {
  const chunk = (choices: object[], usage?: object) => ({
    id,
    object: 'chat.completion.chunk',
    created,
    model: MODEL_ID,
    choices,
    ...(includeUsage && { usage: usage ?? null }),
  })
  const { role, content, tool_calls } = message
  const calls = tool_calls?.map((call, index) => ({ index, ...call }))
  const deltas = [{ role, content: content === null ? null : '' }, ...inPieces(content ?? '').map((piece) => ({ content: piece }))]
  const chunks = [
    ...[...deltas, ...(calls ? [{ tool_calls: calls }] : [])].map((delta) =>
      chunk([{ index: 0, delta, logprobs: null, finish_reason: null }]),
    ),
    chunk([{ index: 0, delta: {}, logprobs: null, finish_reason: finishReason }]),
    ...(includeUsage ? [chunk([], USAGE)] : []),
  ]
  return [...chunks.map((data) => `data: ${JSON.stringify(data)}\n\n`), 'data: [DONE]\n\n'].join('')
}

/** A few words each. */
const PIECE = 24

function inPieces(text: string): string[] {
  const characters = [...text]
  return Array.from({ length: Math.ceil(characters.length / PIECE) }, (_, n) => characters.slice(n * PIECE, (n + 1) * PIECE).join(''))
}
