import { demandToken } from '@oncall-lab/service-kit/bearer-token'
import { registerOpenApi } from '@oncall-lab/service-kit/openapi'
import { buildService, type Service } from '@oncall-lab/service-kit/service'
import type { Registry } from 'prom-client'
import { Type } from 'typebox'
import type { RemoteAgents } from './a2a/remote-agents.ts'
import { registerA2aRoutes } from './a2a/routes.ts'
import type { AgentClient } from './agent-client.ts'
import { BODY_BYTES } from './body-limits.ts'
import type { Callbacks } from './callbacks/callbacks.ts'
import { registerChatRoutes } from './chat/routes.ts'
import { registerExecutionRoutes } from './executions/routes.ts'
import { registerBundleRoutes } from './helpdesk/bundle-routes.ts'
import { registerHelpdeskRoutes } from './helpdesk/routes.ts'
import { readEveryBodyAsJson } from './lenient-json.ts'
import { registerMcpRoutes } from './mcp/routes.ts'
import { limitRate } from './rate-limit.ts'

/** What the gateway is made of. */
export interface GatewayParts {
  registry: Registry
  agent: AgentClient
  /** Agents elsewhere. */
  remote: RemoteAgents
  /** How callers are called back. */
  callbacks: Callbacks
  /** Under which address other programs reach this gateway, without a trailing slash. */
  publicUrl: string
  /** What callers must show; undefined asks for none. */
  token?: string | undefined
  /** Requests a second of one caller; undefined for no limit. */
  perSecond?: number | undefined
  /** Names beside the loopback ones under which programs call. */
  allowedHosts?: string[]
  logLevel?: 'silent' | 'debug' | 'info' | 'warn' | 'error'
}

/** What says how to ask, and with which token, asks for none. */
const CARD = '/.well-known/agent-card.json'

const Health = Type.Object({ ok: Type.Boolean() })

/** The agent's front door for other programs. Holds no state: what it says, the agent's API said. */
export async function buildApp({
  registry,
  agent,
  callbacks,
  remote,
  publicUrl,
  token,
  perSecond,
  allowedHosts = [],
  logLevel,
}: GatewayParts): Promise<Service> {
  const app = buildService(registry, { name: 'gateway', allowedHosts, bodyBytes: BODY_BYTES, ...(logLevel && { logLevel }) })
  if (perSecond !== undefined) limitRate(app, perSecond)
  if (token !== undefined) demandToken(app, { token, variable: 'GATEWAY_TOKEN', isOpen: (path) => path.endsWith(CARD) })
  // The schemas of answers are for the document; a field that they lack is no reason to drop it.
  app.setSerializerCompiler(() => (data) => JSON.stringify(data))
  registerOpenApi(app, { title: 'gateway', health: Health })
  await app.register(async (scope: Service) => {
    readEveryBodyAsJson(scope)
    registerHelpdeskRoutes(scope, { agent, publicUrl, remote })
    registerBundleRoutes(scope, { agent, callbacks })
    registerChatRoutes(scope, agent)
    registerExecutionRoutes(scope, agent)
  })
  await app.register(async (scope: Service) => registerMcpRoutes(scope, agent))
  await app.register(async (scope: Service) => registerA2aRoutes(scope, { agent, remote, publicUrl, hasToken: token !== undefined }))
  app.addHook('onClose', async () => {
    await callbacks[Symbol.asyncDispose]()
    await agent[Symbol.asyncDispose]()
  })
  return app
}
