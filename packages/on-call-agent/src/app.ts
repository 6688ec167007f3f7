import { notFound } from '@oncall-lab/service-kit/errors'
import type { LogStream } from '@oncall-lab/service-kit/log-stream'
import { buildService, type Service } from '@oncall-lab/service-kit/service'
import type { Registry } from 'prom-client'
import { Type } from 'typebox'
import type { Agent } from './agent.ts'
import { type ConnectorFacts, HumanDecision, type Incident, type IncidentList, type IncidentWithTimeline, MessageRequest } from './api.ts'
import type { Channel, ChannelRouteDependencies } from './channels/channel.ts'
import { registerEventStream } from './event-stream.ts'
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
  /** What `/healthz` says beside ok: which connectors are real. */
  connectors: ConnectorFacts[]
  /** Names beside the loopback ones under which Alertmanager and people may call. */
  allowedHosts?: string[]
  logLevel?: 'silent' | 'debug' | 'info' | 'warn' | 'error'
  /** Where log lines go; standard output unless given. */
  log?: LogStream
}

const ById = Type.Object({ id: Type.String({ minLength: 1, maxLength: 64 }) })

/** The agent's routes. Only the channels' webhooks may be called under a public name; all else is for this machine. */
export async function buildApp({
  registry,
  agent,
  store,
  triggers,
  channels,
  contacts,
  onMessageOutcome,
  connectors,
  allowedHosts = [],
  logLevel = 'info',
  log,
}: AppOptions): Promise<Service> {
  const app = buildService(registry, {
    name: 'on-call-agent',
    logLevel,
    ...(log && { log }),
    health: () => ({ connectors, unpaged: agent.unpaged() }),
    allowedHosts,
    isPublic: (path) => channels.some(({ publicPaths = [] }) => publicPaths.includes(path)),
  })
  const [personOnCall] = contacts
  for (const trigger of triggers) trigger.routes(app, { receive: (alerts) => agent.receiveAlerts(alerts), beat: store.alerts.beat })
  for (const channel of channels) {
    channel.routes?.(app, {
      async receive(message) {
        if (!contacts.includes(message.from)) return 'stranger'
        return (await agent.takeMessage(message)) ? 'received' : 'repeated'
      },
      onOutcome: onMessageOutcome,
    })
  }

  app.get(
    '/api/incidents',
    { schema: { querystring: Type.Object({ limit: Type.Integer({ minimum: 1, maximum: 1_000, default: 100 }) }) } },
    async (request): Promise<IncidentList> => ({
      incidents: await store.incidents.list(request.query.limit),
    }),
  )
  app.get('/api/incidents/:id', { schema: { params: ById } }, async (request): Promise<IncidentWithTimeline> => {
    const incident = await find(store, request.params.id)
    return { ...incident, timeline: await store.incidents.timeline(incident.id) }
  })
  app.post('/api/incidents/:id/messages', { schema: { params: ById, body: MessageRequest } }, async (request, reply) => {
    const incident = await find(store, request.params.id)
    await agent.takeMessage({ vendorId: null, from: personOnCall, body: request.body.body, incidentId: incident.id })
    return reply.code(202).send({ ok: true, incident_id: incident.id })
  })
  app.post('/human/decision', { schema: { body: HumanDecision } }, async (request, reply) => {
    const { decision, incident } = request.body
    const incidentId = incident === undefined ? undefined : (await find(store, incident)).id
    await agent.takeMessage({ vendorId: null, from: personOnCall, body: decision, incidentId })
    return reply.code(202).send({ ok: true })
  })
  app.get('/', async () => ({
    service: 'on-call-agent',
    incidents: '/api/incidents',
    events: '/api/events',
    health: '/healthz',
    metrics: '/metrics',
  }))
  await registerEventStream(app, store)
  return app
}

async function find(store: Store, idOrRef: string): Promise<Incident> {
  const incident = await store.incidents.find(idOrRef)
  if (!incident) throw notFound(`There is no incident ${JSON.stringify(idOrRef)}; GET /api/incidents lists them`)
  return incident
}
