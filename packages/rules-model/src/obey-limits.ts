import type { AssistantMessage, ChatRequest } from './openai-wire.ts'

/** A rough rule of OpenAI's own: no tokens are made here, so a limit of tokens is read as one of characters. */
const CHARACTERS_OF_A_TOKEN = 4

/** The answer within what the request allows, and why it ends. */
export interface Obeyed {
  message: AssistantMessage
  finishReason: 'stop' | 'tool_calls' | 'length'
}

/**
 * The same answer as the request wants it: a call where one is demanded (of the first offered function, where words would have done), one call at
 * a time, and no longer than the limit, which cuts it off in the middle as OpenAI does.
 */
export function obeyLimits(answered: AssistantMessage, request: ChatRequest, offered: string[]): Obeyed {
  const { tool_choice, parallel_tool_calls, max_completion_tokens, max_tokens } = request
  const isForced = tool_choice === 'required' || typeof tool_choice === 'object'
  const forced = isForced && !answered.tool_calls ? called(offered[0], request) : undefined
  const message = { ...answered, ...(forced && { content: null, tool_calls: [forced] }) }
  if (parallel_tool_calls === false && message.tool_calls) message.tool_calls = message.tool_calls.slice(0, 1)
  const finishReason = message.tool_calls ? 'tool_calls' : 'stop'
  const limit = max_completion_tokens ?? max_tokens
  return typeof limit === 'number' ? cut(message, limit * CHARACTERS_OF_A_TOKEN, finishReason) : { message, finishReason }
}

function called(name: string | undefined, { messages }: ChatRequest) {
  if (name === undefined) return undefined
  const before = messages.filter(({ role }) => role === 'tool').length
  return { id: `call_${before + 1}_${name}`, type: 'function' as const, function: { name, arguments: '{}' } }
}

function cut(message: AssistantMessage, characters: number, finishReason: Obeyed['finishReason']): Obeyed {
  let left = characters
  const take = (text: string) => {
    const taken = text.slice(0, Math.max(0, left))
    left -= text.length
    return taken
  }
  const content = message.content === null ? null : take(message.content)
  const calls = message.tool_calls?.map((call) => ({ ...call, function: { ...call.function, arguments: take(call.function.arguments) } }))
  const shortened = { ...message, content, ...(calls && { tool_calls: calls }) }
  return { message: shortened, finishReason: left < 0 ? 'length' : finishReason }
}
