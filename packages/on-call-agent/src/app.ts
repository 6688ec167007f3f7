import { notFound } from '@oncall-lab/service-kit/errors'
import { buildService, type Service } from '@oncall-lab/service-kit/service'
import type { Registry } from 'prom-client'
import { Type } from 'typebox'
import type { Agent } from './agent.ts'
import { HumanDecision, type Incident, type IncidentList, type IncidentWithTimeline, MessageRequest } from './api.ts'
import { registerTwilioWebhook, type TwilioWebhookOptions } from './channels/whatsapp/webhook.ts'
import { registerEventStream } from './event-stream.ts'
import type { IncidentStore } from './store/ports.ts'
import { AlertGroup } from './triggers/alertmanager/alert-group.ts'

interface AppOptions {
  registry: Registry
  agent: Agent
  store: IncidentStore
  personOnCall: string
  webhook: Pick<TwilioWebhookOptions, 'publicUrl' | 'authToken' | 'onOutcome'>
  /** What `/healthz` says beside ok: which model and which vendors. */
  about: object
  /** Names beside the loopback ones under which Alertmanager and people may call. */
  allowedHosts?: string[]
  logLevel?: 'silent' | 'debug' | 'info' | 'warn' | 'error'
}

/** A storm in one group may be large, and Alertmanager never gets through what is refused. */
const ALERTS_BYTES = 16 * 1_048_576

const ById = Type.Object({ id: Type.String({ minLength: 1, maxLength: 64 }) })

/** The agent's routes. Only Twilio's webhook may be called under a public name; all else is for this machine. */
export async function buildApp({
  registry,
  agent,
  store,
  personOnCall,
  webhook,
  about,
  allowedHosts = [],
  logLevel = 'info',
}: AppOptions): Promise<Service> {
  const app = buildService(registry, {
    name: 'on-call-agent',
    logLevel,
    health: () => about,
    allowedHosts,
    isPublic: (path) => path === '/webhook/twilio',
  })

  app.post('/alerts', { schema: { body: AlertGroup }, bodyLimit: ALERTS_BYTES }, async (request) => {
    const outcomes = agent.takeAlerts(request.body)
    for (const { reason, effect, incidentId } of outcomes) request.log.info({ reason, effect, incident: incidentId }, 'alert')
    return { ok: true, alerts: outcomes.map(({ reason, effect, incidentId }) => ({ reason, effect, incident_id: incidentId })) }
  })
  registerTwilioWebhook(app, { ...webhook, person: personOnCall, onMessage: (message) => agent.takeMessage(message) })

  app.get(
    '/api/incidents',
    { schema: { querystring: Type.Object({ limit: Type.Integer({ minimum: 1, maximum: 1_000, default: 100 }) }) } },
    async (request): Promise<IncidentList> => ({
      incidents: store.list(request.query.limit),
    }),
  )
  app.get('/api/incidents/:id', { schema: { params: ById } }, async (request): Promise<IncidentWithTimeline> => {
    const incident = find(store, request.params.id)
    return { ...incident, timeline: store.timeline(incident.id) }
  })
  app.post('/api/incidents/:id/messages', { schema: { params: ById, body: MessageRequest } }, async (request, reply) => {
    const incident = find(store, request.params.id)
    agent.takeMessage({ sid: null, from: personOnCall, body: request.body.body, incidentId: incident.id })
    return reply.code(202).send({ ok: true, incident_id: incident.id })
  })
  app.post('/human/decision', { schema: { body: HumanDecision } }, async (request, reply) => {
    const { decision, incident } = request.body
    const incidentId = incident === undefined ? undefined : find(store, incident).id
    agent.takeMessage({ sid: null, from: personOnCall, body: decision, incidentId })
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

function find(store: IncidentStore, idOrRef: string): Incident {
  const incident = store.find(idOrRef)
  if (!incident) throw notFound(`There is no incident ${JSON.stringify(idOrRef)}; GET /api/incidents lists them`)
  return incident
}
