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
  checkNumbers(request)
  const format = request.response_format
  if (typeof format === 'object' && format !== null && 'type' in format && format.type !== 'text')
    throw unsupported('response_format', 'text only')
  checkOrder(request.messages)
  return offeredTools(request)
}

/** What `propose_action` says of the actions that there are; undefined where it is not offered, or says nothing. */
export function listedActions({ tools = [] }: ChatRequest): string | undefined {
  return tools.find((tool) => tool.function.name === 'propose_action')?.function.description
}

/** The ranges of OpenAI's description. */
const RANGES: Record<string, readonly [number, number]> = {
  temperature: [0, 2],
  top_p: [0, 1],
  presence_penalty: [-2, 2],
  frequency_penalty: [-2, 2],
}
const MOST_TOOLS = 128

function checkNumbers(request: Record<string, unknown>): void {
  for (const [param, [least, most]] of Object.entries(RANGES)) {
    const value = request[param]
    if (typeof value === 'number' && (value < least || value > most))
      throw new RefusedRequest(`Invalid '${param}': expected a number from ${least} to ${most}, got ${value}.`, { param })
  }
}

function unsupported(param: string, supported: string): RefusedRequest {
  return new RefusedRequest(`Unsupported value for '${param}': this model supports ${supported}.`, { param, code: 'unsupported_value' })
}

function offeredTools({ tools = [], tool_choice }: ChatRequest): string[] {
  if (tools.length > MOST_TOOLS)
    throw new RefusedRequest(`Invalid 'tools': array too long. Expected at most ${MOST_TOOLS} tools, got ${tools.length}.`, {
      param: 'tools',
    })
  const names = tools.map((tool) => tool.function.name)
  if (tool_choice === 'none') return []
  if (typeof tool_choice !== 'object') return names
  const { name } = tool_choice.function
  if (!names.includes(name)) throw new RefusedRequest(`Tool choice '${name}' is not among the tools.`, { param: 'tool_choice' })
  return [name]
}

/** @throws RefusedRequest for a part that is no text. */
function checkParts(content: ChatMessage['content'], param: string): void {
  const other = Array.isArray(content) ? content.find((part) => !('text' in part)) : undefined
  if (other) throw new RefusedRequest(`Invalid content type '${other.type}': this model reads text, no images, sounds or files.`, { param })
}

/** Every call is answered before anybody speaks again, and every tool message answers a call (as OpenAI demands it). */
function checkOrder(messages: ChatMessage[]): void {
  const open = new Set<string>()
  for (const [index, message] of messages.entries()) {
    const param = `messages.[${index}]`
    checkParts(message.content, `${param}.content`)
    if (message.role === 'tool') {
      if (!open.delete(message.tool_call_id))
        throw new RefusedRequest(
          `Invalid parameter: the tool message with tool_call_id '${message.tool_call_id}' answers no preceding tool call.`,
          { param: `${param}.tool_call_id` },
        )
    } else if (open.size > 0) break
    else if (message.role === 'assistant' && message.content === undefined && !message.tool_calls?.length)
      throw new RefusedRequest("Invalid value for 'content': an assistant message needs content or tool calls.", {
        param: `${param}.content`,
      })
    else if (message.role === 'assistant') for (const { id } of message.tool_calls ?? []) open.add(id)
  }
  if (open.size > 0)
    throw new RefusedRequest(
      `An assistant message with 'tool_calls' must be followed by tool messages for each 'tool_call_id'. Missing: ${[...open].join(', ')}`,
      { param: 'messages' },
    )
}
