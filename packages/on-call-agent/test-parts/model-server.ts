import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What the server was sent. */
interface ReceivedRequest {
  url: string | undefined
  headers: IncomingMessage['headers']
  body: Record<string, unknown>
}

/** A server whose answers are scripted, request by request; the last one repeats. `hang` never answers. */
export async function startModelServer(...script: ((response: ServerResponse) => void)[]) {
  const requests: ReceivedRequest[] = []
  const server = createServer(async (request, response) => {
    let text = ''
    for await (const chunk of request) text += chunk
    const turn = requests.push({ url: request.url, headers: request.headers, body: JSON.parse(text) }) - 1
    const answer = script[turn] ?? script.at(-1)
    answer?.(response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // Bound to TCP above.
  return {
    baseURL: `http://127.0.0.1:${port}/v1`,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Any status with any JSON body (or text, as it is). */
export const answers =
  (status: number, body: unknown, headers: Record<string, string> = {}) =>
  (response: ServerResponse) =>
    void response
      .writeHead(status, { 'content-type': 'application/json', ...headers })
      .end(typeof body === 'string' ? body : JSON.stringify(body))

/** A completion with this message. */
export const completes = (message: object) =>
  answers(200, {
    id: 'c',
    object: 'chat.completion',
    created: 1,
    model: 'm',
    choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', ...message } }],
  })

/** No answer at all. */
export const hangs = () => {}

/** The connection breaks. */
export const breaksOff = (response: ServerResponse) => void response.destroy()
