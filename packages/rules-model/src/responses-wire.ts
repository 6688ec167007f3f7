import { type Static, Type } from 'typebox'
import { MODEL_ID } from './answer.ts'
import { RefusedRequest } from './openai-error.ts'
import type { AssistantMessage, ChatMessage, ChatRequest } from './openai-wire.ts'

const Loose = { additionalProperties: true } as const
const Part = Type.Object({ type: Type.Enum(['input_text', 'output_text', 'text']), text: Type.String() }, Loose)
const Item = Type.Union([
  Type.Object(
    { type: Type.Literal('function_call'), call_id: Type.String({ minLength: 1 }), name: Type.String(), arguments: Type.String() },
    Loose,
  ),
  Type.Object(
    { type: Type.Literal('function_call_output'), call_id: Type.String(), output: Type.Union([Type.String(), Type.Array(Part)]) },
    Loose,
  ),
  Type.Object({ type: Type.Literal('reasoning') }, Loose),
  Type.Object(
    {
      type: Type.Optional(Type.Literal('message')),
      role: Type.Enum(['system', 'developer', 'user', 'assistant']),
      content: Type.Union([Type.String(), Type.Array(Part)]),
    },
    Loose,
  ),
])
type Item = Static<typeof Item>

/** The part of `POST /v1/responses` that has a meaning here (https://platform.openai.com/docs/api-reference/responses/create). */
export const ResponsesRequest = Type.Object(
  {
    model: Type.String(),
    input: Type.Union([Type.String(), Type.Array(Item, { minItems: 1 })]),
    instructions: Type.Optional(Type.Union([Type.String(), Type.Null()])),
    tools: Type.Optional(
      Type.Array(
        Type.Object(
          { type: Type.Literal('function'), name: Type.String({ minLength: 1 }), description: Type.Optional(Type.String()) },
          Loose,
        ),
      ),
    ),
    stream: Type.Optional(Type.Union([Type.Boolean(), Type.Null()])),
    previous_response_id: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  },
  Loose,
)
export type ResponsesRequest = Static<typeof ResponsesRequest>

/** The same as a Chat Completions request. @throws RefusedRequest for what needs a memory of earlier responses, or a stream. */
export function asChatRequest({ model, input, instructions, tools = [], stream, previous_response_id }: ResponsesRequest): ChatRequest {
  if (previous_response_id) throw unsupported('previous_response_id', 'all of the transcript in input: nothing is kept')
  if (stream) throw unsupported('stream', 'whole responses')
  const messages: ChatMessage[] = instructions ? [{ role: 'system', content: instructions }] : []
  for (const item of typeof input === 'string' ? [{ role: 'user' as const, content: input }] : input) addItem(messages, item)
  return {
    model,
    messages,
    tools: tools.map(({ name, description }) => ({
      type: 'function',
      function: { name, ...(description !== undefined && { description }) },
    })),
  }
}

function unsupported(param: string, supported: string): RefusedRequest {
  return new RefusedRequest(`Unsupported value for '${param}': this model supports ${supported}.`, { param, code: 'unsupported_value' })
}

function addItem(messages: ChatMessage[], item: Item): void {
  if ('role' in item) messages.push({ role: item.role, content: textOf(item.content) })
  else if (item.type === 'function_call_output') messages.push({ role: 'tool', tool_call_id: item.call_id, content: textOf(item.output) })
  else if (item.type === 'function_call') addCall(messages, item)
}

/** Calls that follow each other are of one answer. */
function addCall(messages: ChatMessage[], { call_id, name, arguments: json }: Extract<Item, { type: 'function_call' }>): void {
  const call = { id: call_id, type: 'function' as const, function: { name, arguments: json } }
  const last = messages.at(-1)
  if (last?.role === 'assistant') last.tool_calls = [...(last.tool_calls ?? []), call]
  else messages.push({ role: 'assistant', content: null, tool_calls: [call] })
}

const textOf = (content: string | Static<typeof Part>[]) =>
  typeof content === 'string' ? content : content.map(({ text }) => text).join('\n')

/** The body of an answered `POST /v1/responses`. */
export function asResponse({ content, tool_calls = [] }: AssistantMessage, { id, created }: { id: string; created: number }): object {
  const words = content === null ? [] : [{ type: 'output_text', text: content, annotations: [] }]
  const message = { type: 'message', id: `msg_${id}`, status: 'completed', role: 'assistant', content: words }
  const calls = tool_calls.map(({ id: callId, function: { name, arguments: json } }, i) => ({
    ...{ type: 'function_call', id: `fc_${id}_${i}`, call_id: callId, name, arguments: json, status: 'completed' },
  }))
  return {
    ...{ id: `resp_${id}`, object: 'response', created_at: created, status: 'completed', model: MODEL_ID },
    ...{ error: null, incomplete_details: null, output: [...(words.length > 0 ? [message] : []), ...calls] },
    usage: { input_tokens: 0, input_tokens_details: { cached_tokens: 0 }, output_tokens: 0, total_tokens: 0 },
  }
}
