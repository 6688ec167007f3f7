import type { toNodeHandler } from '@modelcontextprotocol/node'
import type { Service } from '@oncall-lab/service-kit/service'
import type { AgentClient } from '../agent-client.ts'

/** `/mcp`: the Model Context Protocol over HTTP, a server for each request. @see https://modelcontextprotocol.io/specification */
export function registerMcpRoutes(app: Service, agent: AgentClient): void {
  let made: Promise<Handler> | undefined
  app.route({
    method: ['GET', 'POST', 'DELETE'],
    url: '/mcp',
    async handler(request, reply) {
      reply.hijack()
      made ??= open(agent)
      const handle = await made
      // Node sets the method of every request.
      await handle(request.raw as Parameters<Handler>[0], reply.raw, request.body)
    },
  })
}

type Handler = ReturnType<typeof toNodeHandler>

/** Loaded with the first request: most gateways never see one, and it is a third of the start. */
async function open(agent: AgentClient): Promise<Handler> {
  const [{ toNodeHandler }, { createMcpHandler }, { createMcpServer }] = await Promise.all([
    import('@modelcontextprotocol/node'),
    import('@modelcontextprotocol/server'),
    import('./server.ts'),
  ])
  return toNodeHandler(createMcpHandler(() => createMcpServer(agent)))
}
