import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A server on this machine that keeps what it is sent; `answers` are its statuses in order, the last one for ever. */
export async function startReceiver({
  host = '127.0.0.1',
  port = 0,
  answers = [204],
}: {
  host?: string
  port?: number
  answers?: number[]
} = {}) {
  const received: { path: string; headers: IncomingHttpHeaders; body: string }[] = []
  const answer = { headers: {} as Record<string, string>, silent: false }
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer) // A stream of bytes.
    received.push({ path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks).toString() })
    if (answer.silent) return
    const status = answers[Math.min(received.length, answers.length) - 1] ?? 204
    response.writeHead(status, answer.headers).end()
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  return {
    received,
    answer,
    answers,
    port: (server.address() as AddressInfo).port, // It listens on TCP.
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
