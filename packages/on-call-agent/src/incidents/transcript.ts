/** A function call that a model asks for; `arguments` is JSON text, and may be broken. */
export interface ToolCall {
  id: string
  type: 'function'
  function: { name: string; arguments: string }
}

/** One message of a transcript, in Chat Completions' wire form. */
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

/** What stands for the result of a call that a restart or a deadline cut off. */
const INTERRUPTED = JSON.stringify({
  error: { code: 'interrupted', message: 'The call was interrupted and has no result; call again if it is still needed' },
})

/**
 * A transcript that keeps the protocol of Chat Completions: each call is answered exactly once, right after the answer that asks for it. Only
 * the newest answer can have open calls.
 */
export class Transcript {
  readonly #messages: ChatMessage[]

  constructor(messages: ChatMessage[]) {
    this.#messages = messages
  }

  /** Calls of the newest answer that have no result. */
  get openCalls(): ToolCall[] {
    const newest = this.#messages.findLastIndex(({ role }) => role === 'assistant')
    const answer = this.#messages[newest]
    const answered = new Set(this.#messages.slice(newest + 1).flatMap((each) => (each.role === 'tool' ? [each.tool_call_id] : [])))
    return answer?.role === 'assistant' ? (answer.tool_calls ?? []).filter(({ id }) => !answered.has(id)) : []
  }

  /** What has to be stored so that `added` may follow: open calls get their end first, and a result that answers no open call is left out. */
  completed(added: ChatMessage[]): ChatMessage[] {
    const messages = [...this.#messages]
    for (const message of added) {
      const open = new Transcript(messages).openCalls
      if (message.role !== 'tool') messages.push(...open.map(interrupted), message)
      else if (open.some(({ id }) => id === message.tool_call_id)) messages.push(message)
    }
    return messages.slice(this.#messages.length)
  }

  /** All messages, with open calls told as interrupted. */
  closed(): ChatMessage[] {
    return [...this.#messages, ...this.openCalls.map(interrupted)]
  }

  /** The model's answer with an id of its own for each call: some servers give the same ids in every answer. */
  adopt(answer: AssistantMessage): AssistantMessage {
    if (!answer.tool_calls) return answer
    const used = new Set(this.#messages.flatMap((each) => (each.role === 'assistant' ? (each.tool_calls ?? []).map(({ id }) => id) : [])))
    const tool_calls = answer.tool_calls.map((call) => {
      const id = call.id !== '' && !used.has(call.id) ? call.id : freeId(used)
      used.add(id)
      return { ...call, id }
    })
    return { ...answer, tool_calls }
  }
}

const interrupted = ({ id }: ToolCall): ToolMessage => ({ role: 'tool', tool_call_id: id, content: INTERRUPTED })

/** Nine letters and digits: the only form that every server takes. */
function freeId(used: Set<string>): string {
  for (let number = used.size; ; number += 1) {
    const id = `call${String(number).padStart(5, '0')}`
    if (!used.has(id)) return id
  }
}
