import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ChatMessage } from '../src/incidents/transcript.ts'
import { diagnosis } from './diagnosis.ts'
import { call, calls, FIRST_LOOK, NOTE } from './scripted-model.ts'

/** One request to a model server. */
interface Exchange {
  messages: ChatMessage[]
  /** How many requests about this incident came before. */
  turn: number
  response: ServerResponse
}

/** How a model server misbehaves, and whether an investigation can work all the same. */
export interface Misbehaviour {
  title: string
  /** `works`: the page holds the model's diagnosis; `facts`: the page holds the facts alone. */
  ends: 'works' | 'facts'
  answer: (exchange: Exchange) => void
}

const send = (response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}) => {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text)
}
const completion = (message: object, finish_reason: string | null = 'stop') => ({
  ...{ id: 'c', object: 'chat.completion', created: 1, model: 'm' },
  choices: [{ index: 0, finish_reason, message: { role: 'assistant', ...message } }],
})
const hasLooked = (messages: ChatMessage[]) => messages.some(({ role }) => role === 'tool')

/** What a model that behaves would answer; the evidence is of the first look, whatever ids that got. */
function properly(messages: ChatMessage[]) {
  if (!hasLooked(messages)) return FIRST_LOOK
  const evidence = messages.flatMap((message) =>
    message.role === 'tool' && message.content.includes('discount')
      ? [{ tool_call_id: message.tool_call_id, quote: "Cannot read properties of undefined (reading 'discount')" }]
      : [],
  )
  return calls(NOTE, call('send', 'send_diagnosis', diagnosis({ evidence })))
}
const good = ({ messages, response }: Exchange) => send(response, 200, completion(properly(messages)))
/** Misbehaves at the first request about an incident only. */
const once = (bad: (response: ServerResponse) => void) => (exchange: Exchange) =>
  exchange.turn === 0 ? bad(exchange.response) : good(exchange)
const always = (status: number, body: unknown, headers?: Record<string, string>) => ({ response }: Exchange) => send(response, status, body, headers) // biome-ignore format: one line.
const error = (message: string, code?: string) => ({ error: { message, code } })
const reshaped = (change: (message: ReturnType<typeof properly>) => object, finish?: string | null) => ({ messages, response }: Exchange) => send(response, 200, completion(change(properly(messages)), finish)) // biome-ignore format: one line.
const called = (message: ReturnType<typeof properly>) => message.tool_calls ?? []
const plainly = ({ function: { name, arguments: json } }: ReturnType<typeof call>) => ({ name, arguments: JSON.parse(json) })
const html = '<html><body>502 Bad Gateway</body></html>'
const HTML_TYPE = { 'content-type': 'text/html' }
const gone = (response: ServerResponse) => void response.destroy()
const half = (response: ServerResponse) => response.writeHead(200, { 'content-type': 'application/json' }).write('{"choices":[{"mess')

function breaksOff(response: ServerResponse): void {
  half(response)
  setTimeout(() => response.destroy(), 20)
}

/** What model servers are known to do. */
export const MISBEHAVIOURS: Misbehaviour[] = [
  { title: '401: the key is wrong', ends: 'facts', answer: always(401, error('Incorrect API key', 'invalid_api_key')) },
  { title: '403: not allowed', ends: 'facts', answer: always(403, error('not for you')) },
  { title: '404: no such model', ends: 'facts', answer: always(404, error('no such model', 'model_not_found')) },
  { title: '408 once', ends: 'works', answer: once((response) => send(response, 408, {})) },
  { title: '409 once', ends: 'works', answer: once((response) => send(response, 409, {})) },
  { title: '429 with Retry-After, once', ends: 'works', answer: once((r) => send(r, 429, error('slow down'), { 'retry-after': '1' })) },
  { title: '429 without Retry-After, once', ends: 'works', answer: once((r) => send(r, 429, error('slow down', 'rate_limit_exceeded'))) },
  { title: '429 for ever', ends: 'facts', answer: always(429, error('slow down')) },
  { title: '429 for an hour', ends: 'facts', answer: always(429, error('slow down'), { 'retry-after': '3600' }) },
  { title: '429 for want of money', ends: 'facts', answer: always(429, error('pay first', 'insufficient_quota')) },
  { title: '500 for ever', ends: 'facts', answer: always(500, {}) },
  { title: '502 with HTML, once', ends: 'works', answer: once((response) => send(response, 502, html, HTML_TYPE)) },
  { title: '503 while it loads, for ever', ends: 'facts', answer: always(503, error('Loading model'), { 'retry-after': '2' }) },
  { title: '529 once', ends: 'works', answer: once((response) => send(response, 529, error('overloaded', 'overloaded_error'))) },
  { title: 'the connection breaks, once', ends: 'works', answer: once(gone) },
  { title: 'the connection always breaks', ends: 'facts', answer: ({ response }) => gone(response) },
  { title: 'the connection breaks in the middle of the answer', ends: 'facts', answer: ({ response }) => breaksOff(response) },
  { title: 'it hangs', ends: 'facts', answer: () => {} },
  { title: 'it hangs in the middle of the answer', ends: 'facts', answer: ({ response }) => void half(response) },
  { title: 'it trickles a byte at a time', ends: 'facts', answer: ({ response }) => trickle(response) },
  { title: '200 with HTML', ends: 'facts', answer: always(200, html, HTML_TYPE) },
  { title: '200 with an error object', ends: 'facts', answer: always(200, error('upstream is away', '502')) },
  { title: '200 with nothing', ends: 'facts', answer: always(200, '') },
  { title: 'JSON that breaks off', ends: 'facts', answer: always(200, '{"choices": [') },
  { title: 'an answer of 40 MB', ends: 'facts', answer: always(200, 'x'.repeat(40_000_000)) },
  { title: 'a redirect to itself', ends: 'facts', answer: always(302, '', { location: '/v1/chat/completions' }) },
  { title: 'arguments as an object', ends: 'works', answer: reshaped((m) => ({ tool_calls: called(m).map((c) => ({ ...c, function: plainly(c) })) })) }, // biome-ignore format: one line.
  { title: 'calls without ids', ends: 'works', answer: reshaped((m) => ({ tool_calls: called(m).map(({ id: _id, ...rest }) => rest) })) },
  {
    title: 'the same id for every call',
    ends: 'works',
    answer: reshaped((m) => ({ tool_calls: called(m).map((c) => ({ ...c, id: 'a' })) })),
  },
  { title: 'calls as text in tags', ends: 'works', answer: reshaped((m) => ({ content: called(m).map((c) => `<tool_call>${JSON.stringify(plainly(c))}</tool_call>`).join('\n') })) }, // biome-ignore format: one line.
  { title: 'calls as text in a fence', ends: 'works', answer: reshaped((m) => ({ content: `Here:\n\`\`\`json\n${JSON.stringify(called(m).map(plainly))}\n\`\`\`` })) }, // biome-ignore format: one line.
  { title: 'reasoning in tags and in a member of its own', ends: 'works', answer: reshaped((m) => ({ ...m, content: '<think>hm', reasoning_content: 'hm' })) }, // biome-ignore format: one line.
  { title: 'content left out', ends: 'works', answer: reshaped(({ content: _content, ...rest }) => rest) },
  { title: 'finish_reason stop, though it calls', ends: 'works', answer: reshaped((m) => m, 'stop') },
  { title: 'finish_reason length, though it calls', ends: 'works', answer: reshaped((m) => m, 'length') },
  { title: 'finish_reason length, and nothing said', ends: 'facts', answer: always(200, completion({ content: '' }, 'length')) },
  { title: 'one call at a time', ends: 'works', answer: oneAtATime },
  { title: 'functions that nobody has', ends: 'facts', answer: always(200, completion(calls(call('x', 'run_shell', { command: 'ls' })))) },
  { title: 'arguments of 1 MB', ends: 'facts', answer: always(200, completion(calls(call('x', 'fetch_logs', 'x'.repeat(1_000_000))))) },
  { title: 'a content filter', ends: 'facts', answer: always(200, completion({ content: '' }, 'content_filter')) },
  { title: 'a refusal', ends: 'facts', answer: always(200, completion({ content: null, refusal: 'I will not' })) },
  { title: 'the same call without end', ends: 'facts', answer: always(200, completion(calls(call('x', 'compute_error_rate')))) },
  { title: 'words without end', ends: 'facts', answer: always(200, completion({ content: 'Let me think about it. '.repeat(2_000) })) },
  { title: '500 calls in one answer', ends: 'facts', answer: always(200, completion(calls(...Array.from({ length: 500 }, (_, i) => call(`c${i}`, 'list_instances'))))) }, // biome-ignore format: one line.
  { title: 'arguments that are no JSON', ends: 'facts', answer: always(200, completion(calls(call('x', 'send_diagnosis', '{"status":')))) },
  { title: 'evidence that nobody saw', ends: 'works', answer: reshaped((m) => (called(m).some(({ id }) => id === 'send') ? calls(NOTE, call('send', 'send_diagnosis', diagnosis({ evidence: [{ tool_call_id: 'c', quote: 'made up' }] }))) : m)) }, // biome-ignore format: one line.
]

function trickle(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json' })
  const each = setInterval(() => response.write(' '), 100)
  response.on('close', () => clearInterval(each))
}

/** A model that cannot call in parallel. */
function oneAtATime({ messages, response }: Exchange): void {
  const done = messages.flatMap((message) => (message.role === 'assistant' ? (message.tool_calls ?? []).map((c) => c.function.name) : []))
  const evidence = messages.flatMap((message) =>
    message.role === 'tool' && message.content.includes('discount')
      ? [{ tool_call_id: message.tool_call_id, quote: "Cannot read properties of undefined (reading 'discount')" }]
      : [],
  )
  const all = [...called(FIRST_LOOK), NOTE, call('send', 'send_diagnosis', diagnosis({ evidence }))]
  const next = all.find(({ function: { name } }) => !done.includes(name)) ?? all.at(-1)
  send(response, 200, completion(next ? calls(next) : { content: 'done' }))
}

/** A model server that misbehaves so. */
export async function startMisbehaving({ answer }: Misbehaviour) {
  const turns = new Map<string, number>()
  const server = createServer(async (request: IncomingMessage, response: ServerResponse) => {
    let text = ''
    for await (const chunk of request.setEncoding('utf8')) text += chunk
    const { messages } = (text === '' ? { messages: [] } : JSON.parse(text)) as { messages: ChatMessage[] } // Only the agent calls.
    const about = /Incident I\d+/.exec(JSON.stringify(messages))?.[0] ?? ''
    const turn = turns.get(about) ?? 0
    turns.set(about, turn + 1)
    answer({ messages, turn, response })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // Bound to TCP above.
  return {
    baseURL: `http://127.0.0.1:${port}/v1`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
