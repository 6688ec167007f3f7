import { Extensions, formatSSEEvent, HTTP_EXTENSION_HEADER, SSE_HEADERS } from '@a2a-js/sdk'
import { LegacyJsonRpcTransportHandler } from '@a2a-js/sdk/compat/v0_3/server'
import { DefaultRequestHandler, defaultServerCallContextBuilder, JsonRpcTransportHandler, validateVersion } from '@a2a-js/sdk/server'
import type { Service } from '@oncall-lab/service-kit/service'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { AgentClient } from '../agent-client.ts'
import { bodyProblem } from '../body-limits.ts'
import { ORCHESTRATOR, SPECIALISTS, type Specialist } from '../helpdesk/specialists.ts'
import { LENIENT } from '../lenient-json.ts'
import { ownTurn } from '../own-turn.ts'
import { agentCard, cardOnTheWire } from './cards.ts'
import { createExecutor } from './executor.ts'
import type { RemoteAgents } from './remote-agents.ts'
import { agentTaskStore } from './tasks.ts'

interface A2aOptions {
  agent: AgentClient
  remote: RemoteAgents
  publicUrl: string
  hasToken: boolean
}

/**
 * The Agent2Agent protocol, versions 1.0 and 0.3, over JSON-RPC: the orchestrator at `/a2a`, each specialist at `/a2a/{name}`, their cards below
 * `/.well-known/agent-card.json` of the same address. @see https://a2a-protocol.org/v1.0.0/specification
 */
export function registerA2aRoutes(app: Service, { agent, remote, publicUrl, hasToken }: A2aOptions): void {
  // The handlers read the text themselves, and answer what is no JSON as the protocol says.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, String(body)))
  const serve = (specialist: Specialist, path: string, cardPaths: string[], others?: RemoteAgents) => {
    const card = async () => agentCard(specialist, await agent.capabilities(), { url: `${publicUrl}${path}`, hasToken })
    const executor = createExecutor({ agent, specialist, ...(others && { remote: others }) })
    const store = agentTaskStore(agent)
    for (const url of cardPaths) app.get(url, async () => cardOnTheWire(await card()))
    app.post(path, { config: LENIENT }, async (request, reply) => {
      const described = await card()
      // The events of a task under way are found by whoever asks here.
      handlers[path] ??= new DefaultRequestHandler(described, store, executor)
      return answer(request, reply, handlers[path])
    })
  }
  const handlers: Record<string, DefaultRequestHandler> = {}
  serve(ORCHESTRATOR, '/a2a', ['/.well-known/agent-card.json', '/a2a/.well-known/agent-card.json'], remote)
  for (const specialist of SPECIALISTS)
    serve(specialist, `/a2a/${specialist.name}`, [`/a2a/${specialist.name}/.well-known/agent-card.json`])
}

async function answer(request: FastifyRequest, reply: FastifyReply, handler: DefaultRequestHandler): Promise<unknown> {
  const text = String(request.body ?? '')
  await ownTurn()
  const version = request.headers['a2a-version']
  const extensions = request.headers[HTTP_EXTENSION_HEADER.toLowerCase()]
  const context = defaultServerCallContextBuilder({
    extensions: Extensions.parseServiceParameter(typeof extensions === 'string' ? extensions : undefined),
    user: { isAuthenticated: request.headers.authorization !== undefined, userName: 'caller' },
    headers: request.headers,
    ...(typeof version === 'string' && { requestedVersion: version }),
  })
  const malformed = requestProblem(text)
  if (malformed) return { jsonrpc: '2.0', id: idOf(text), error: malformed }
  try {
    validateVersion(context.requestedVersion, await handler.getAgentCard(), 'JSONRPC')
  } catch (error) {
    return { jsonrpc: '2.0', id: idOf(text), error: JsonRpcTransportHandler.mapToJSONRPCError(error) }
  }
  const transport = context.requestedVersion.startsWith('0.')
    ? new LegacyJsonRpcTransportHandler(handler)
    : new JsonRpcTransportHandler(handler)
  const result = await transport.handle(text, context)
  if (!isStream(result)) return result
  const events = result[Symbol.asyncIterator]()
  const failed = (error: unknown) => ({ jsonrpc: '2.0', id: idOf(text), error: JsonRpcTransportHandler.mapToJSONRPCError(error) })
  // What fails before its first event, such as a task that nobody knows, is answered as any other call.
  const first = await events.next().catch(failed)
  if ('error' in first) return first
  reply.hijack()
  reply.raw.writeHead(200, SSE_HEADERS)
  try {
    for (let event = first; !event.done && !reply.raw.destroyed; event = await events.next()) reply.raw.write(formatSSEEvent(event.value))
    await events.return?.()
  } catch (error) {
    reply.raw.write(formatSSEEvent(failed(error)))
  } finally {
    reply.raw.end()
  }
  return reply
}

/** What no JSON-RPC request is. @see https://www.jsonrpc.org/specification */
function requestProblem(text: string): { code: number; message: string } | undefined {
  const problem = bodyProblem(text)
  if (problem) return { code: -32600, message: problem.message }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return { code: -32700, message: 'The body is no JSON' }
  }
  const isRequest =
    typeof value === 'object' &&
    value !== null &&
    'jsonrpc' in value &&
    value.jsonrpc === '2.0' &&
    'method' in value &&
    typeof value.method === 'string'
  return isRequest ? undefined : { code: -32600, message: 'The body is no request of JSON-RPC 2.0' }
}

const isStream = (value: unknown): value is AsyncIterable<object> =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value

function idOf(text: string): string | number | null {
  if (bodyProblem(text)) return null
  try {
    const value: unknown = JSON.parse(text)
    const id = typeof value === 'object' && value !== null && 'id' in value ? value.id : null
    return typeof id === 'string' || typeof id === 'number' ? id : null
  } catch {
    return null
  }
}
