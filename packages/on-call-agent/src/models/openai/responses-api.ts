import type { ChatMessage } from '../../incidents/transcript.ts'
import type { ToolDescription } from '../model.ts'
import { member } from './loose-call.ts'

/** One item of a request's `input`. @see https://platform.openai.com/docs/api-reference/responses/create */
type InputItem =
  | { type: 'message'; role: 'system' | 'user' | 'assistant'; content: string }
  | { type: 'function_call'; call_id: string; name: string; arguments: string }
  | { type: 'function_call_output'; call_id: string; output: string }

/** A request without memory on the server: all of the transcript each time, nothing stored. */
export function responsesBody(model: string, transcript: ChatMessage[], tools: ToolDescription[]) {
  return {
    model,
    input: transcript.flatMap(itemsOf),
    tools: tools.map(({ name, description, parameters }) => ({
      type: 'function' as const,
      name,
      description,
      // The schema's own members only: a JSON Schema, without the library's marks.
      parameters: JSON.parse(JSON.stringify(parameters)) as Record<string, unknown>,
      // Strict schemas demand every member, and ours have optional ones.
      strict: false,
    })),
    tool_choice: 'auto' as const,
    store: false,
  }
}

function itemsOf(message: ChatMessage): InputItem[] {
  if (message.role === 'tool') return [{ type: 'function_call_output', call_id: message.tool_call_id, output: message.content }]
  const words = message.content ? [{ type: 'message' as const, role: message.role, content: message.content }] : []
  if (message.role !== 'assistant') return words
  const calls = (message.tool_calls ?? []).map(({ id, function: { name, arguments: json } }) => ({
    ...{ type: 'function_call' as const, call_id: id, name, arguments: json },
  }))
  return [...words, ...calls]
}

/** A response in the form of a completion, to be read and mended like one; what is no response stays as it is. */
export function asCompletion(response: unknown): unknown {
  const output = member(response, 'output')
  if (!Array.isArray(output)) return response
  const parts = output.filter((item) => member(item, 'type') === 'message' || member(item, 'role') === 'assistant').flatMap(partsOf)
  const refusal = parts.map((part) => member(part, 'refusal')).find((text) => typeof text === 'string')
  const calls = output
    .filter((item) => member(item, 'type') === 'function_call')
    .map((item) => ({ id: member(item, 'call_id') ?? member(item, 'id'), function: item as unknown }))
  const message = { role: 'assistant', content: parts.filter((part) => textOf(part) !== undefined), refusal, tool_calls: calls }
  return { choices: [{ finish_reason: finishOf(response), message }], usage: member(response, 'usage') }
}

function partsOf(item: unknown): unknown[] {
  const content = member(item, 'content')
  return Array.isArray(content) ? content : [content]
}

const textOf = (part: unknown) => (typeof part === 'string' ? part : member(part, 'text'))

function finishOf(response: unknown): string {
  const reason = member(member(response, 'incomplete_details'), 'reason')
  if (reason === 'content_filter') return 'content_filter'
  return reason === 'max_output_tokens' ? 'length' : 'stop'
}
