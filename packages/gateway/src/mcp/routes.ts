import { toNodeHandler } from '@modelcontextprotocol/node'
import { createMcpHandler } from '@modelcontextprotocol/server'
import type { Service } from '@oncall-lab/service-kit/service'
import type { AgentClient } from '../agent-client.ts'
import { createMcpServer } from './server.ts'

/** `/mcp`: the Model Context Protocol over HTTP, a server for each request. @see https://modelcontextprotocol.io/specification */
export function registerMcpRoutes(app: Service, agent: AgentClient): void {
  const handle = toNodeHandler(createMcpHandler(() => createMcpServer(agent)))
  app.route({
    method: ['GET', 'POST', 'DELETE'],
    url: '/mcp',
    async handler(request, reply) {
      reply.hijack()
      // Node sets the method of every request.
      await handle(request.raw as Parameters<typeof handle>[0], reply.raw, request.body)
    },
  })
}
