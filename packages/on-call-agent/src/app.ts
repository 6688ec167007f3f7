import type { LogStream } from '@oncall-lab/service-kit/log-stream'
import { buildService, type Service } from '@oncall-lab/service-kit/service'
import type { Registry } from 'prom-client'
import { Type } from 'typebox'
import { registerActionRoutes } from './action-routes.ts'
import type { Agent } from './agent.ts'
import { Capabilities, type ConnectorFacts, HumanDecision, type Incident } from './api.ts'
import { demandToken } from './bearer-token.ts'
import { registerBundleRoutes } from './bundle-routes.ts'
import type { Bundles } from './bundles/bundles.ts'
import type { Channel, ChannelRouteDependencies } from './channels/channel.ts'
import { registerEventStream } from './event-stream.ts'
import { findIncident, registerIncidentRoutes } from './incident-routes.ts'
import { registerInquiryRoutes } from './inquiry-routes.ts'
import { type Looks, registerLookRoutes } from './look-routes.ts'
import { registerOpenApi } from './openapi.ts'
import type { Store } from './store/ports.ts'
import type { Trigger } from './triggers/trigger.ts'

interface AppOptions {
  registry: Registry
  agent: Agent
  store: Store
  triggers: Trigger[]
  channels: Channel[]
  /** Whose messages are listened to; the first is who speaks through this API. */
  contacts: [string, ...string[]]
  /** Called with what became of each message that a channel received. */
  onMessageOutcome: ChannelRouteDependencies['onOutcome']
  /** What there is, and what of it is real. */
  capabilities: () => Capabilities
  looks: Looks
  bundles: Bundles
  /** Where people open incidents. */
  consoleUrl: string
  /** What callers must show as bearer token; undefined asks for none. */
  token?: string | undefined
  /** Names beside the loopback ones under which Alertmanager and people may call. */
  allowedHosts?: string[]
  logLevel?: 'silent' | 'debug' | 'info' | 'warn' | 'error'
  /** Where log lines go; standard output unless given. */
  log?: LogStream
}

/** The agent's routes. Only the channels' webhooks may be called under a public name; all else is for this machine. */
export async function buildApp({
  registry,
  agent,
  store,
  triggers,
  channels,
  contacts,
  onMessageOutcome,
  capabilities,
  looks,
  bundles,
  consoleUrl,
  token,
  allowedHosts = [],
  logLevel = 'info',
  log,
}: AppOptions): Promise<Service> {
  const isPublic = (path: string) => channels.some(({ publicPaths = [] }) => publicPaths.includes(path))
  const app = buildService(registry, {
    name: 'on-call-agent',
    logLevel,
    ...(log && { log }),
    health: () => ({ connectors: factsOf(capabilities()), unpaged: agent.unpaged(), ...storeHealth(store) }),
    allowedHosts,
    isPublic,
  })
  if (token !== undefined) demandToken(app, token, isPublic)
  // The schemas of answers are for the document; a field that they lack is no reason to drop it.
  app.setSerializerCompiler(() => (data) => JSON.stringify(data))
  registerOpenApi(app)
  const [personOnCall] = contacts
  const urlOf = ({ ref }: Incident) => `${consoleUrl}/incidents/${ref}`
  const find = async (idOrRef: string) => {
    const incident = await findIncident(store, idOrRef)
    return { ...incident, html_url: urlOf(incident) }
  }
  for (const trigger of triggers) trigger.routes(app, { receive: (alerts) => agent.receiveAlerts(alerts), find, beat: store.alerts.beat })
  for (const channel of channels) {
    channel.routes?.(app, {
      async receive(message) {
        const from = contacts.find((contact) => contact === message.from || channel.isSame?.(contact, message.from))
        if (from === undefined) return 'stranger'
        return (await agent.takeMessage({ ...message, from })) ? 'received' : 'repeated'
      },
      report: (vendorId, report) => agent.takeReport(vendorId, report),
      onOutcome: onMessageOutcome,
    })
  }

  registerActionRoutes(app, { store, agent })
  registerInquiryRoutes(app, agent.inquiries)
  registerIncidentRoutes(app, { agent, store, bundles, person: personOnCall, urlOf })
  registerBundleRoutes(app, { bundles, find: (idOrRef) => findIncident(store, idOrRef), service: looks.service })
  registerLookRoutes(app, looks)
  app.get('/api/capabilities', { schema: { response: { 200: Capabilities } } }, async () => capabilities())
  app.post('/human/decision', { schema: { body: HumanDecision } }, async (request, reply) => {
    const { decision, incident } = request.body
    const incidentId = incident === undefined ? undefined : (await findIncident(store, incident)).id
    await agent.takeMessage({ vendorId: null, from: personOnCall, body: decision, incidentId })
    return reply.code(202).send({ ok: true })
  })
  app.get('/', { schema: { response: { 200: Type.Record(Type.String(), Type.String()) } } }, async () => ({
    service: 'on-call-agent',
    incidents: '/api/incidents',
    inquiries: '/api/inquiries',
    actions: '/api/actions',
    bundles: '/api/bundles',
    events: '/api/events',
    looks: '/api/looks',
    capabilities: '/api/capabilities',
    openapi: '/api/openapi.json',
    health: '/healthz',
    metrics: '/metrics',
  }))
  await registerEventStream(app, store)
  return app
}

const factsOf = ({ model, targets, triggers, channels, trackers }: Capabilities): ConnectorFacts[] => [
  model,
  ...targets.map(({ sees: _sees, functions: _functions, actions: _actions, ...facts }) => facts),
  ...triggers,
  ...channels,
  ...trackers,
]

function storeHealth(store: Store): { ok: false; store: string } | undefined {
  const trouble = store.trouble()
  return trouble === undefined ? undefined : { ok: false, store: trouble }
}
