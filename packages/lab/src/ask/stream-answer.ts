import { randomUUID } from 'node:crypto'
import { readServerSentEvents } from '../demo/event-feed.ts'

/** Whom a question goes to. */
export interface Addressee {
  /** The gateway's address. */
  url: string
  token: string | undefined
  /** `orchestrator`, or one of the specialists. */
  agent: string
  /** What is said when nobody answers there. */
  absent?: string
  /** Keeps the questions of one conversation together. */
  contextId: string
}

/** What comes of a question, as it comes. */
export type Told =
  | { kind: 'look'; text: string }
  | { kind: 'answer'; text: string; quotes: string[] }
  /** Of an incident that the question names, or of an agent elsewhere. */
  | { kind: 'beside'; name: string; text: string }
  | { kind: 'end'; isAnswered: boolean; text: string }

interface Part {
  text?: string
  data?: { answer?: string | null; evidence?: { quote: string }[] }
}
/** What a stream of A2A holds, as far as it is read here. */
interface StreamResult {
  task?: { id: string }
  statusUpdate?: { taskId: string; status: { state: string; message?: { parts: Part[] } } }
  artifactUpdate?: { artifact: { name: string; description?: string; parts: Part[] } }
}

const HEADERS = { 'content-type': 'application/json', accept: 'text/event-stream', 'a2a-version': '1.0' }
const FIRST = 'Looking.'

/**
 * Asks over A2A, and yields each look as it is made, the answer, and the end. An abort cancels the question at the agent, which then says its end.
 * @throws Error in the gateway's words where it refuses, or when it cannot be reached
 */
export async function* streamAnswer(to: Addressee, question: string, signal: AbortSignal): AsyncGenerator<Told> {
  const message = { messageId: randomUUID(), role: 'ROLE_USER', parts: [{ text: question }], contextId: to.contextId }
  const answer = await call(to, 'SendStreamingMessage', { message })
  if (!answer.headers.get('content-type')?.includes('event-stream')) throw new Error(await refusalIn(answer))
  const cancel = (id: string) => void call(to, 'CancelTask', { id }).catch(() => undefined)
  for await (const data of readServerSentEvents(answer.body ?? new ReadableStream())) {
    const { result } = JSON.parse(data) as { result?: StreamResult } // A2A's form.
    const { id } = result?.task ?? {}
    if (id !== undefined && signal.aborted) cancel(id)
    else if (id !== undefined) signal.addEventListener('abort', () => cancel(id), { once: true })
    const told = result && read(result)
    if (told) yield told
    if (told?.kind === 'end') return
  }
}

function call({ url, token, agent, absent }: Addressee, method: string, params: object): Promise<Response> {
  const path = agent === 'orchestrator' ? '/a2a' : `/a2a/${encodeURIComponent(agent)}`
  const headers = { ...HEADERS, ...(token !== undefined && { authorization: `Bearer ${token}` }) }
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })
  return fetch(`${url}${path}`, { method: 'POST', headers, body }).catch(() => {
    throw new Error(absent ?? `No gateway answers at ${url}.`)
  })
}

function read({ statusUpdate, artifactUpdate }: StreamResult): Told | undefined {
  if (artifactUpdate) {
    const { name, description = '', parts } = artifactUpdate.artifact
    const { data } = parts.find((part) => part.data !== undefined) ?? {}
    if (name !== 'answer') return { kind: 'beside', name, text: parts.find(({ text }) => text !== undefined)?.text ?? description }
    return { kind: 'answer', text: data?.answer ?? 'There is no answer.', quotes: (data?.evidence ?? []).map(({ quote }) => quote) }
  }
  if (!statusUpdate) return undefined
  const { state, message } = statusUpdate.status
  const text = message?.parts.map((part) => part.text ?? '').join('\n') ?? ''
  if (state === 'TASK_STATE_WORKING') return text === FIRST ? undefined : { kind: 'look', text }
  return { kind: 'end', isAnswered: state === 'TASK_STATE_COMPLETED', text: state === 'TASK_STATE_CANCELED' ? 'Cancelled.' : text }
}

async function refusalIn(answer: Response): Promise<string> {
  const body = (await answer.json().catch(() => ({}))) as { detail?: string; error?: { message?: string } } // A problem document, or JSON-RPC's error.
  return body.detail ?? body.error?.message ?? `The gateway answered ${answer.status}.`
}
