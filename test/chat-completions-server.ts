import { once } from 'node:events'
import { createServer } from 'node:http'

/** What a request holds, as far as the tests read it. */
export interface ChatRequest {
  model: string
  messages: { role: string; content: string | null; tool_call_id?: string }[]
  tools?: { function: { name: string } }[]
}

/** What the server says next: a status with an error, function calls, or words. */
export type ChatAnswer = { status: number } | { calls: [name: string, args: object][] } | { content: string }

/** A server that speaks Chat Completions and has nothing to do with the lab. */
export interface ChatServer extends AsyncDisposable {
  /** For OPENAI_BASE_URL. */
  baseUrl: string
  requests: ChatRequest[]
  authorizations: (string | undefined)[]
}

/** Answers each request as `answer` says. https://platform.openai.com/docs/api-reference/chat/create */
export async function startChatServer(answer: (request: ChatRequest) => ChatAnswer): Promise<ChatServer> {
  const requests: ChatRequest[] = []
  const authorizations: (string | undefined)[] = []
  const server = createServer(async (incoming, reply) => {
    const request = JSON.parse(Buffer.concat(await incoming.toArray()).toString()) as ChatRequest // The SDK's own request.
    requests.push(request)
    authorizations.push(incoming.headers.authorization)
    const said = answer(request)
    if ('status' in said) {
      reply
        .writeHead(said.status, { 'content-type': 'application/json' })
        .end('{"error":{"message":"Incorrect API key provided","code":"invalid_api_key"}}')
      return
    }
    const message =
      'content' in said
        ? { role: 'assistant', content: said.content }
        : {
            role: 'assistant',
            content: null,
            tool_calls: said.calls.map(([name, args], i) => ({
              id: `call_${requests.length}_${i}`,
              type: 'function',
              function: { name, arguments: JSON.stringify(args) },
            })),
          }
    const choices = [{ index: 0, message, finish_reason: 'content' in said ? 'stop' : 'tool_calls' }]
    reply.writeHead(200, { 'content-type': 'application/json' })
    reply.end(JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion', created: 0, model: request.model, choices }))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('a TCP server has an address with a port')
  return {
    baseUrl: `http://127.0.0.1:${address.port}/v1`,
    requests,
    authorizations,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
    },
  }
}
