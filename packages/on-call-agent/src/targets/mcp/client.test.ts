import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describeLookFaults, LOOK_TIMEOUT_MS } from '../../../test-parts/look-faults.ts'
import { connectMcp } from './client.ts'
import type { McpServerSettings } from './settings.ts'

/** A server that speaks as much of the protocol as one call needs, in JSON. */
async function startSmallServer() {
  const server = createServer(async (request, reply) => {
    let text = ''
    for await (const chunk of request.setEncoding('utf8')) text += chunk
    if (request.method !== 'POST') return void reply.writeHead(405).end()
    const { id, method, params } = JSON.parse(text)
    if (id === undefined) return void reply.writeHead(202).end()
    const result =
      method === 'initialize'
        ? { protocolVersion: params.protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 'runbooks', version: '1' } }
        : { content: [{ type: 'text', text: '1 page found' }] }
    reply.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ jsonrpc: '2.0', id, result }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, // Bound to TCP above.
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

describeLookFaults('an MCP server', {
  system: 'The MCP server runbooks',
  start: startSmallServer,
  async look(url, signal) {
    const at = { kind: 'http' as const, url: `${url}/mcp` }
    const settings: McpServerSettings = { name: 'runbooks', at, timeoutMs: LOOK_TIMEOUT_MS, resultChars: 1_000 }
    const client = await connectMcp(settings, signal)
    try {
      return await client.call('search', { q: 'slow' }, signal)
    } finally {
      await client.close()
    }
  },
})
