import { shorten } from '../channels/shorten.ts'
import type { AssistantMessage, ChatMessage } from '../incidents/transcript.ts'

const FOLDED = '{"folded":"This result was read before and left out here for its length; call again if it is needed"}'
/** What is kept of a long result at first. */
const BEGINNING_CHARS = 3_000
/** Of an answer's words, and of each call's arguments. */
const ANSWER_CHARS = 2_000
/** Of a result that the model has not read yet, more. */
const UNREAD_CHARS = 9_000

/**
 * The transcript within so many bytes of JSON: of the model's own earlier answers what is endless goes; results that were read before are cut to their
 * beginning, then left out, the oldest first; then those that were not read yet are cut. What stands in the store stays whole.
 */
export function foldTranscript(transcript: ChatMessage[], bytes: number): ChatMessage[] {
  const folded = [...transcript]
  let over = transcript.reduce((sum, message) => sum + sizeOf(message), 2) - bytes
  const unread = transcript.findLastIndex(({ role }) => role === 'assistant')
  for (let i = 0; i < unread && over > 0; i += 1) {
    const message = folded[i]
    if (message?.role !== 'assistant') continue
    const shorter = shortenAnswer(message)
    over -= sizeOf(message) - sizeOf(shorter)
    folded[i] = shorter
  }
  const fold = (from: number, end: number, shorter: (content: string) => string) => {
    for (let i = from; i < end && over > 0; i += 1) {
      const message = folded[i]
      if (message?.role !== 'tool') continue
      const content = shorter(message.content)
      if (content.length >= message.content.length) continue
      const shortened = { ...message, content }
      over -= sizeOf(message) - sizeOf(shortened)
      folded[i] = shortened
    }
  }
  fold(0, unread, (content) => beginningOf(content, BEGINNING_CHARS))
  fold(0, unread, () => FOLDED)
  fold(unread + 1, folded.length, (content) => beginningOf(content, UNREAD_CHARS))
  fold(unread + 1, folded.length, (content) => beginningOf(content, BEGINNING_CHARS))
  fold(unread + 1, folded.length, () => FOLDED)
  return folded
}

function beginningOf(content: string, chars: number): string {
  if (content.length <= chars) return content
  return JSON.stringify({ beginning: shorten(content, chars), left_out_characters: content.length - chars })
}

/** Words and arguments that are longer than any of use. */
function shortenAnswer(message: AssistantMessage): AssistantMessage {
  const content = message.content === null ? null : shorten(message.content, ANSWER_CHARS)
  if (!message.tool_calls) return { ...message, content }
  const tool_calls = message.tool_calls.map((call) =>
    call.function.arguments.length <= ANSWER_CHARS ? call : { ...call, function: { ...call.function, arguments: '{"left_out":true}' } },
  )
  return { ...message, content, tool_calls }
}

/** As it goes over the wire, where the quotes within a result are escaped. */
function sizeOf(message: ChatMessage): number {
  return Buffer.byteLength(JSON.stringify(message)) + 1
}
