import { createHash } from 'node:crypto'
import { conflict } from '@oncall-lab/service-kit/errors'
import type { Service } from '@oncall-lab/service-kit/service'
import { Type } from 'typebox'
import { LinkedIncident } from '../../api.ts'
import { defineConnector } from '../../connector.ts'
import type { ReceivedAlert } from '../../incidents/received-alert.ts'
import type { Trigger, TriggerRouteDependencies } from '../trigger.ts'
import { IncidentRequest } from './incident-request.ts'
import { apiSettings } from './settings.ts'

/** Sources of this trigger begin with it. */
const SOURCE = 'api '

/** Other programs open and close incidents over the agent's own API. */
export const api = defineConnector<Trigger, typeof apiSettings>({
  id: 'api',
  settings: apiSettings,
  connect() {
    const about = { id: 'api', name: 'Incident API', kind: 'real' as const, address: null, detail: 'POST /api/incidents' }
    return { kind: 'on', port: { id: 'api', routes: registerApiRoutes }, about }
  },
})

const ById = Type.Object({ id: Type.String({ minLength: 1, maxLength: 64 }) })

/** `POST /api/incidents` opens, or returns what its sender opened under this key before; `…/resolve` ends what came this way. */
export function registerApiRoutes(app: Service, { receive, find }: TriggerRouteDependencies): void {
  app.post(
    '/api/incidents',
    { schema: { body: IncidentRequest, response: { 200: LinkedIncident, 201: LinkedIncident } } },
    async ({ body }, reply) => {
      const [outcome] = await receive([toAlert(body, new Date())])
      const incident = await find(outcome?.incidentId ?? '')
      const status = outcome?.reason === 'repeated' ? 200 : 201
      return reply.code(status).header('location', `/api/incidents/${incident.ref}`).send(incident)
    },
  )
  app.post('/api/incidents/:id/resolve', { schema: { params: ById, response: { 200: LinkedIncident } } }, async ({ params }) => {
    const incident = await find(params.id)
    const ours = incident.alerts.filter(({ source = '' }) => source.startsWith(SOURCE))
    if (ours.length === 0) throw conflict(`${incident.ref} was not opened over this API; its end comes from where its alerts come from`)
    const at = new Date().toISOString()
    const ending = ours.filter(({ ends_at }) => ends_at === null)
    if (ending.length > 0) await receive(ending.map((episode) => toEnd(episode, incident.service, at)))
    return find(incident.id)
  })
}

/** Without a service it is grouped with nothing else. */
function toAlert(
  { source, external_id, title, description, severity, service, target, labels }: IncidentRequest,
  now: Date,
): ReceivedAlert {
  return {
    status: 'firing',
    once: true,
    source: `${SOURCE}${source}`,
    alertname: title,
    service: service ?? `${source} ${external_id}`,
    severity,
    summary: description.trim() === '' ? title : `${title}: ${description}`,
    fingerprint: fingerprintOf(source, external_id),
    labels: { ...labels, ...(target !== undefined && { target }), external_id },
    annotations: {},
    generatorUrl: null,
    startsAt: now.toISOString(),
    endsAt: null,
  }
}

function toEnd(episode: LinkedIncident['alerts'][number], service: string, at: string): ReceivedAlert {
  const { source = SOURCE, alertname, severity, summary, fingerprint, labels, starts_at } = episode
  return {
    status: 'resolved',
    source,
    alertname,
    service,
    severity,
    summary,
    fingerprint,
    labels,
    annotations: {},
    generatorUrl: null,
    startsAt: starts_at,
    endsAt: at,
  }
}

/** One for each key of each sender. */
function fingerprintOf(source: string, externalId: string): string {
  return `api-${createHash('sha256')
    .update(JSON.stringify([source, externalId]))
    .digest('hex')
    .slice(0, 32)}`
}
