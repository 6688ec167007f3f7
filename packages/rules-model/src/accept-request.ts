import { MODEL_ID } from './answer.ts'
import { RefusedRequest } from './openai-error.ts'
import type { ChatMessage, ChatRequest } from './openai-wire.ts'

/**
 * The names of the functions that may be called now.
 * @throws RefusedRequest for another model, for what this model cannot do, and for a transcript whose tool messages do not match its tool calls.
 */
export function acceptRequest(request: ChatRequest & Record<string, unknown>): string[] {
  if (request.model !== MODEL_ID)
    throw new RefusedRequest(`The model '${request.model}' does not exist; this server has '${MODEL_ID}' only.`, {
      status: 404,
      param: 'model',
      code: 'model_not_found',
    })
  if ((request.n ?? 1) !== 1) throw unsupported('n', 'only n = 1: the same transcript always gets the same answer')
  if (request.functions || request.function_call) throw unsupported('functions', 'tools instead of the deprecated functions')
  if (request.logprobs === true) throw unsupported('logprobs', 'no log probabilities: it is no language model')
  const format = request.response_format
  if (typeof format === 'object' && format !== null && 'type' in format && format.type !== 'text')
    throw unsupported('response_format', 'text only')
  checkOrder(request.messages)
  return offeredTools(request)
}

function unsupported(param: string, supported: string): RefusedRequest {
  return new RefusedRequest(`Unsupported value for '${param}': this model supports ${supported}.`, { param, code: 'unsupported_value' })
}

function offeredTools({ tools = [], tool_choice }: ChatRequest): string[] {
  const names = tools.map((tool) => tool.function.name)
  if (tool_choice === 'none') return []
  if (typeof tool_choice !== 'object') return names
  const { name } = tool_choice.function
  if (!names.includes(name)) throw new RefusedRequest(`Tool choice '${name}' is not among the tools.`, { param: 'tool_choice' })
  return [name]
}

/** Every call is answered before anybody speaks again, and every tool message answers a call (as OpenAI demands it). */
function checkOrder(messages: ChatMessage[]): void {
  const open = new Set<string>()
  for (const [index, message] of messages.entries()) {
    const param = `messages.[${index}]`
    if (message.role === 'tool') {
      if (!open.delete(message.tool_call_id))
        throw new RefusedRequest(
          `Invalid parameter: the tool message with tool_call_id '${message.tool_call_id}' answers no preceding tool call.`,
          { param: `${param}.tool_call_id` },
        )
    } else if (open.size > 0) break
    else if (message.role === 'assistant') for (const { id } of message.tool_calls ?? []) open.add(id)
  }
  if (open.size > 0)
    throw new RefusedRequest(
      `An assistant message with 'tool_calls' must be followed by tool messages for each 'tool_call_id'. Missing: ${[...open].join(', ')}`,
      { param: 'messages' },
    )
}
