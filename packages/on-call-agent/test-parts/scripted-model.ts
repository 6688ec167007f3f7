import type { AssistantMessage, ChatMessage, ToolCall } from '../src/incidents/transcript.ts'
import type { Model } from '../src/models/model.ts'

type Answer = AssistantMessage | Promise<AssistantMessage>

/** What a model was asked: the transcript as it was, and the names of the functions that it was offered. */
export interface ModelRequest {
  transcript: ChatMessage[]
  offered: string[]
  signal: AbortSignal
}

/** A model whose answers are a function of what it is asked; it remembers what it was asked. */
export function scriptedModel(answer: (request: ModelRequest, turn: number) => Answer): Model & { requests: ModelRequest[] } {
  const requests: ModelRequest[] = []
  return {
    name: 'scripted',
    requests,
    async answer(transcript, tools, signal) {
      const request = { transcript, offered: tools.map(({ name }) => name), signal }
      requests.push(request)
      return await answer(request, requests.length - 1)
    },
  }
}

/** A model that gives these answers, one after the other, and then the last one again. */
export function modelThatGives(...answers: AssistantMessage[]) {
  return scriptedModel((_request, turn) => answers[turn] ?? answers.at(-1) ?? says('…'))
}

/** An answer in words. */
export function says(content: string): AssistantMessage {
  return { role: 'assistant', content }
}

/** An answer that calls functions. */
export function calls(...each: ToolCall[]): AssistantMessage {
  return { role: 'assistant', content: null, tool_calls: each }
}

/** One function call; arguments that are a text go as they are. */
export function call(id: string, name: string, args: unknown = {}): ToolCall {
  return { id, type: 'function', function: { name, arguments: typeof args === 'string' ? args : JSON.stringify(args) } }
}

/** The first answer that every investigation wants. */
export const FIRST_LOOK = calls(call('call_logs', 'fetch_logs', { seconds: 60, limit: 50 }), call('call_rate', 'compute_error_rate'))

/** Two causes noted, as every investigation wants it before its diagnosis. */
export const NOTE = call('call_note', 'note_hypotheses', {
  hypotheses: ['application_exception', 'bad_release'].map((cause) => ({
    cause,
    statement: 'It would explain the errors.',
    confidence: 0.5,
    status: 'open',
    because: [],
  })),
})

/** Names the first assistant message whose calls are not answered right after it, or undefined: what the wire format demands. */
export function brokenOrder(transcript: ChatMessage[]): string | undefined {
  for (const [i, message] of transcript.entries()) {
    if (message.role !== 'assistant') continue
    const ids = (message.tool_calls ?? []).map(({ id }) => id)
    const rest = transcript.slice(i + 1)
    const end = rest.findIndex(({ role }) => role !== 'tool')
    const answered = (end === -1 ? rest : rest.slice(0, end)).flatMap((each) => (each.role === 'tool' ? [each.tool_call_id] : []))
    if (ids.toSorted().join() !== answered.toSorted().join()) return `message ${i} calls ${ids.join()}, and ${answered.join()} follow`
  }
  return undefined
}
