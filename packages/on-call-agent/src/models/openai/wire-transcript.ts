import type { AssistantMessage, ChatMessage } from '../../incidents/transcript.ts'

/**
 * The transcript in the order that the strictest server takes (Mistral's): no user message right after a result, no two of the same role in a row
 * (results aside), the last from the user or a function. Nothing that was said is left out.
 */
export function wireTranscript(transcript: ChatMessage[]): ChatMessage[] {
  const wire: ChatMessage[] = []
  for (const message of transcript) {
    const before = wire.at(-1)
    if (message.role === 'user' && before?.role === 'tool') wire.push({ role: 'assistant', content: 'Noted.' })
    const joined = join(wire.at(-1), message)
    if (joined) wire[wire.length - 1] = joined
    else wire.push(message)
  }
  return wire.at(-1)?.role === 'assistant' ? [...wire, { role: 'user', content: 'Go on.' }] : wire
}

function join(before: ChatMessage | undefined, message: ChatMessage): ChatMessage | undefined {
  if (before?.role === 'user' && message.role === 'user') return { role: 'user', content: `${before.content}\n\n${message.content}` }
  if (before?.role !== 'assistant' || message.role !== 'assistant' || before.tool_calls) return undefined
  const content = [before.content, message.content].filter((text) => text).join('\n\n')
  const joined: AssistantMessage = { ...message, content: content === '' ? null : content }
  return joined
}
