import { shorten } from '../channels/shorten.ts'
import type { AssistantMessage, ChatMessage } from '../incidents/transcript.ts'
import { compactJson, wireBytes } from './compact-json.ts'

const FOLDED = '{"folded":"This result was read before and left out here for its length; call again if it is needed"}'
/** Of an answer's words, and of each call's arguments: first what is endless goes, then what was answered before. */
const ANSWER_CHARS = 2_000
const ANSWERED_CHARS = 140
/** Of any one result. */
const RESULT_BYTES = 4_000
/** Of a result that was read before, first and then. */
const READ_BYTES = [900, 320, 160]
/** Of one that was not read yet: less than this tells nothing. */
const UNREAD_BYTES = [2_400, 1_400, 900]
const LEAST_BYTES = [700, 540, 420, 330]
/** Beyond so many times what is aimed at results are left out altogether. */
const MOST = 2

/**
 * The transcript in about so many bytes of JSON, and never in more than twice as many: of the model's own earlier answers what is endless goes, each result is cut to 4 KB;
 * results that were read before are cut to what they say in short, the oldest first; then those that were not read yet. What stands in the store stays whole.
 */
export function foldTranscript(transcript: ChatMessage[], bytes: number): ChatMessage[] {
  const folded = [...transcript]
  let over = transcript.reduce((sum, message) => sum + sizeOf(message), 2) - bytes
  const unread = transcript.findLastIndex(({ role }) => role === 'assistant')
  const foldAnswers = (end: number, chars: number) => {
    for (let i = 0; i < end && over > 0; i += 1) {
      const message = folded[i]
      if (message?.role !== 'assistant') continue
      const shorter = shortenAnswer(message, chars)
      over -= sizeOf(message) - sizeOf(shorter)
      folded[i] = shorter
    }
  }
  foldAnswers(unread, ANSWER_CHARS)
  const fold = (from: number, end: number, shorter: (content: string) => string) => {
    for (let i = from; i < end && over > 0; i += 1) {
      const message = folded[i]
      if (message?.role !== 'tool') continue
      // Always of the whole: what was cut before does not say how much it has lost.
      const content = shorter(transcript[i]?.content ?? '')
      if (content.length >= message.content.length) continue
      const shortened = { ...message, content }
      over -= sizeOf(message) - sizeOf(shortened)
      folded[i] = shortened
    }
  }
  const within = (limit: number) => (content: string) => inShort(content, limit)
  fold(0, folded.length, within(RESULT_BYTES))
  for (const limit of READ_BYTES) fold(0, unread, within(limit))
  foldAnswers(unread, ANSWERED_CHARS)
  for (const limit of UNREAD_BYTES) fold(unread + 1, folded.length, within(limit))
  // What was just asked stands in its results too.
  foldAnswers(unread + 1, ANSWERED_CHARS)
  for (const limit of LEAST_BYTES) fold(unread + 1, folded.length, within(limit))
  over -= (MOST - 1) * bytes
  fold(0, unread, () => FOLDED)
  for (const limit of READ_BYTES) fold(unread + 1, folded.length, within(limit))
  fold(unread + 1, folded.length, () => FOLDED)
  return folded
}

function inShort(content: string, bytes: number): string {
  if (wireBytes(content) <= bytes) return content
  const left_out = { beginning: shorten(content, Math.max(80, Math.floor(bytes / 2))), left_out_characters: content.length }
  return compactJson(content, bytes) ?? JSON.stringify(left_out)
}

/** Words and arguments that are longer than any of use. */
function shortenAnswer(message: AssistantMessage, chars: number): AssistantMessage {
  const content = message.content === null ? null : shorten(message.content, chars)
  if (!message.tool_calls) return { ...message, content }
  const tool_calls = message.tool_calls.map((call) =>
    call.function.arguments.length <= chars
      ? call
      : { ...call, function: { ...call.function, arguments: inBrief(call.function.arguments, chars) } },
  )
  return { ...message, content, tool_calls }
}

/** Arguments stay an object: servers refuse others. */
function inBrief(args: string, chars: number): string {
  const brief = compactJson(args, chars * 2)
  return brief?.startsWith('{') && brief.length < args.length ? brief : '{"left_out":true}'
}

/** As it goes over the wire, where the quotes within a result are escaped. */
function sizeOf(message: ChatMessage): number {
  return Buffer.byteLength(JSON.stringify(message)) + 1
}
