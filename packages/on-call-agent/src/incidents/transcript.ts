/** A function call that a model asks for; `arguments` is JSON text, and may be broken. */
export interface ToolCall {
  id: string
  type: 'function'
  function: { name: string; arguments: string }
}

/** One message of a transcript, in Chat Completions' wire form: what is stored is what is sent. */
export type ChatMessage = { role: 'system' | 'user'; content: string } | AssistantMessage | ToolMessage

/** A model's answer: words, function calls, or both. */
export interface AssistantMessage {
  role: 'assistant'
  content: string | null
  tool_calls?: ToolCall[]
}

/** The result of one function call, as JSON text. */
interface ToolMessage {
  role: 'tool'
  tool_call_id: string
  content: string
}
