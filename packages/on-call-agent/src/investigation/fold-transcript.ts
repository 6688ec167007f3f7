import type { ChatMessage } from '../incidents/transcript.ts'

const FOLDED = '{"folded":"This result was read before and left out here for its length; call again if it is needed"}'

/** The transcript within so many characters: the oldest results are folded first. What stands in the store stays whole. */
export function foldTranscript(transcript: ChatMessage[], chars: number): ChatMessage[] {
  let over = transcript.reduce((sum, message) => sum + sizeOf(message), 0) - chars
  return transcript.map((message) => {
    if (over <= 0 || message.role !== 'tool' || message.content.length <= FOLDED.length) return message
    over -= message.content.length - FOLDED.length
    return { ...message, content: FOLDED }
  })
}

function sizeOf(message: ChatMessage): number {
  const calls = message.role === 'assistant' ? (message.tool_calls ?? []) : []
  return (message.content?.length ?? 0) + calls.reduce((sum, { function: { name, arguments: json } }) => sum + name.length + json.length, 0)
}
