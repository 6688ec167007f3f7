import type { toNodeHandler } from '@modelcontextprotocol/node'
import type { Service } from '@oncall-lab/service-kit/service'
import type { AgentClient } from '../agent-client.ts'
import { bodyProblem } from '../body-limits.ts'
import { ownTurn } from '../own-turn.ts'

const NO_JSON = { jsonrpc: '2.0', id: null, error: { code: -32700, message: 'The body is no JSON that is read here' } }

/** `/mcp`: the Model Context Protocol over HTTP, a server for each request. @see https://modelcontextprotocol.io/specification */
export function registerMcpRoutes(app: Service, agent: AgentClient): void {
  let made: Promise<Mcp> | undefined
  // What is no JSON is answered as the protocol says, not with a problem document.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, String(body)))
  // Calls under way would keep the gateway from ending.
  app.addHook('preClose', async () => (await made)?.close())
  app.route({
    method: ['GET', 'POST', 'DELETE'],
    url: '/mcp',
    async handler(request, reply) {
      await ownTurn()
      const body = parse(request.body)
      if (body === NO_JSON) return reply.code(400).send(NO_JSON)
      reply.hijack()
      made ??= open(agent)
      const { handle } = await made
      // Node sets the method of every request.
      await handle(request.raw as Parameters<typeof handle>[0], reply.raw, body)
    },
  })
}

interface Mcp {
  handle: ReturnType<typeof toNodeHandler>
  close(): Promise<void>
}

/** Loaded with the first request: most gateways never see one, and it is a third of the start. */
async function open(agent: AgentClient): Promise<Mcp> {
  // One after the other, so that others have their turn between.
  const { createMcpHandler } = await import('@modelcontextprotocol/server')
  await ownTurn()
  const { toNodeHandler } = await import('@modelcontextprotocol/node')
  await ownTurn()
  const { mcpServers } = await import('./server.ts')
  await ownTurn()
  const handler = createMcpHandler(mcpServers(agent))
  return { handle: toNodeHandler(handler), close: () => handler.close() }
}

function parse(text: unknown): unknown {
  if (typeof text !== 'string') return undefined
  if (bodyProblem(text)) return NO_JSON
  try {
    return JSON.parse(text)
  } catch {
    return NO_JSON
  }
}
