import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ChatMessage } from '../src/incidents/transcript.ts'
import type { Model, ToolDescription } from '../src/models/model.ts'

interface ChatRequest {
  messages: ChatMessage[]
  tools?: { function: ToolDescription }[]
}

/** Serves a scripted model as Chat Completions. */
export async function startChatServer(model: Model) {
  const server = createServer(async (request, response) => {
    let text = ''
    for await (const chunk of request.setEncoding('utf8')) text += chunk
    const { messages, tools = [] } = JSON.parse(text) as ChatRequest // Only the agent calls.
    const message = await model.answer(
      messages,
      tools.map((tool) => tool.function),
      AbortSignal.timeout(10_000),
    )
    const choices = [{ index: 0, finish_reason: message.tool_calls ? 'tool_calls' : 'stop', message }]
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ id: 'c', object: 'chat.completion', created: 1, model: 'scripted', choices }))
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
