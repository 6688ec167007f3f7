import { type Static, Type } from 'typebox'

const Loose = { additionalProperties: true } as const
const TextPart = Type.Object({ type: Type.Literal('text'), text: Type.String() }, Loose)
/** An image, a sound or a file: refused by name. */
const OtherPart = Type.Object({ type: Type.String() }, Loose)
const Content = Type.Union([Type.String(), Type.Array(Type.Union([TextPart, OtherPart]))])

/** A function call in an assistant's message; `arguments` is JSON text. */
const WireToolCall = Type.Object({
  id: Type.String({ minLength: 1 }),
  type: Type.Literal('function'),
  function: Type.Object({ name: Type.String({ minLength: 1 }), arguments: Type.String() }),
})
type WireToolCall = Static<typeof WireToolCall>

/** One message of a transcript (https://platform.openai.com/docs/api-reference/chat/create). */
export const ChatMessage = Type.Union([
  Type.Object({ role: Type.Enum(['system', 'developer', 'user']), content: Content }, Loose),
  Type.Object(
    {
      role: Type.Literal('assistant'),
      content: Type.Optional(Type.Union([Content, Type.Null()])),
      tool_calls: Type.Optional(Type.Array(WireToolCall)),
    },
    Loose,
  ),
  Type.Object({ role: Type.Literal('tool'), tool_call_id: Type.String(), content: Content }, Loose),
])
export type ChatMessage = Static<typeof ChatMessage>

/** The answer of the model. */
export interface AssistantMessage {
  role: 'assistant'
  content: string | null
  tool_calls?: WireToolCall[]
}

const NamedTool = Type.Object(
  {
    type: Type.Literal('function'),
    function: Type.Object({ name: Type.String({ pattern: '^[a-zA-Z0-9_-]{1,64}$' }), description: Type.Optional(Type.String()) }, Loose),
  },
  Loose,
)

/** The part of `POST /v1/chat/completions` that has a meaning here; other fields (temperature, seed …) are accepted and change nothing. */
export const ChatRequest = Type.Object(
  {
    model: Type.String(),
    messages: Type.Array(ChatMessage, { minItems: 1 }),
    tools: Type.Optional(Type.Array(NamedTool)),
    tool_choice: Type.Optional(Type.Union([Type.Enum(['none', 'auto', 'required']), NamedTool])),
    stream: Type.Optional(Type.Union([Type.Boolean(), Type.Null()])),
    stream_options: Type.Optional(Type.Union([Type.Object({ include_usage: Type.Optional(Type.Boolean()) }, Loose), Type.Null()])),
    n: Type.Optional(Type.Union([Type.Number(), Type.Null()])),
    parallel_tool_calls: Type.Optional(Type.Boolean()),
    max_completion_tokens: Type.Optional(Type.Union([Type.Integer({ minimum: 1 }), Type.Null()])),
    max_tokens: Type.Optional(Type.Union([Type.Integer({ minimum: 1 }), Type.Null()])),
  },
  Loose,
)
export type ChatRequest = Static<typeof ChatRequest>

/** The text of a message's content; '' for none. */
export function textOf(content: Static<typeof Content> | null | undefined): string {
  if (typeof content === 'string') return content
  return (content ?? []).map((part) => ('text' in part ? part.text : '')).join('\n')
}
