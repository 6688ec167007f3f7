import { notFound } from '@oncall-lab/service-kit/errors'
import type { Service } from '@oncall-lab/service-kit/service'
import { Type } from 'typebox'
import type { Agent } from './agent.ts'
import {
  type Hypothesis,
  type Incident,
  IncidentList,
  IncidentQuery,
  type IncidentSummary,
  IncidentWithTimeline,
  MessageRequest,
  type SecondReading,
  sumOfUsage,
  type TimelineEvent,
} from './api.ts'
import { exportBundle } from './bundle-routes.ts'
import type { Bundles } from './bundles/bundles.ts'
import { Decision, decisionsOf } from './incident-decisions.ts'
import { MessageFate, messageFates } from './incident-messages.ts'
import { incidentReport } from './incident-report.ts'
import { answersWith } from './openapi.ts'
import { publicAction } from './public-action.ts'
import type { Store } from './store/ports.ts'

interface IncidentRoutesOptions {
  agent: Agent
  store: Store
  bundles: Bundles
  /** Who writes through these routes. */
  person: string
  /** Where people open an incident. */
  urlOf: (incident: Incident) => string
}

const ById = Type.Object({ id: Type.String({ minLength: 1, maxLength: 64 }) })
const Accepted = Type.Object({ ok: Type.Literal(true), incident_id: Type.String() })
const ExportQuery = Type.Object(
  { format: Type.Enum(['markdown', 'json', 'bundle'], { default: 'markdown' }) },
  { additionalProperties: false },
)

/** The incident, and beside its timeline what was decided and what became of each message. */
const ExportedIncident = Type.Object({
  ...IncidentWithTimeline.properties,
  decisions: Type.Array(Decision),
  messages: Type.Array(MessageFate),
})

const EXPORTED = answersWith({
  'text/markdown': Type.String(),
  'application/json': ExportedIncident,
  'application/gzip': Type.String(),
})

/** What a look again asks of the model. */
const LOOK_AGAIN = 'Look again with the functions: what is happening now, and does the diagnosis still hold?'

/** `/api/incidents` and what is below it. */
export function registerIncidentRoutes(app: Service, { agent, store, bundles, person, urlOf }: IncidentRoutesOptions): void {
  const whole = async (idOrRef: string) => wholeIncident(store, await findIncident(store, idOrRef), urlOf)
  const say = async (idOrRef: string, body: string) => {
    const incident = await findIncident(store, idOrRef)
    await agent.takeMessage({ vendorId: null, from: person, body, incidentId: incident.id })
    return { ok: true as const, incident_id: incident.id }
  }

  app.get('/api/incidents', { schema: { querystring: IncidentQuery, response: { 200: IncidentList } } }, async ({ query }) => {
    const incidents = await store.incidents.search({ ...query, limit: query.limit + 1 })
    const page = incidents.slice(0, query.limit)
    const next = incidents.length > page.length ? (page.at(-1)?.ref ?? null) : null
    return { incidents: page.map((incident) => summarise(incident, urlOf(incident))), next }
  })
  app.get('/api/incidents/:id', { schema: { params: ById, response: { 200: IncidentWithTimeline } } }, async ({ params }) =>
    whole(params.id),
  )
  app.get(
    '/api/incidents/:id/export',
    { schema: { params: ById, querystring: ExportQuery, response: { 200: EXPORTED } } },
    async (request, reply) => {
      const { params, query } = request
      const incident = await whole(params.id)
      if (query.format === 'bundle') return exportBundle(bundles, incident, request, reply)
      const name = `${incident.ref}.${query.format === 'json' ? 'json' : 'md'}`
      reply.header('content-disposition', `attachment; filename="${name}"`)
      if (query.format === 'markdown') return reply.type('text/markdown; charset=utf-8').send(incidentReport(incident))
      return { ...incident, decisions: decisionsOf(incident.timeline), messages: messageFates(incident.timeline) }
    },
  )
  app.post(
    '/api/incidents/:id/messages',
    { schema: { params: ById, body: MessageRequest, response: { 202: Accepted } } },
    async ({ params, body }, reply) => reply.code(202).send(await say(params.id, body.body)),
  )
  app.post('/api/incidents/:id/investigate', { schema: { params: ById, response: { 202: Accepted } } }, async ({ params }, reply) =>
    reply.code(202).send(await say(params.id, LOOK_AGAIN)),
  )
  app.post('/api/incidents/:id/acknowledge', { schema: { params: ById, response: { 200: Accepted } } }, async ({ params }) => {
    const { id } = await findIncident(store, params.id)
    await store.incidents.acknowledge(id, person)
    return { ok: true as const, incident_id: id }
  })
}

/** The incident as the API has it. */
export async function wholeIncident(
  store: Store,
  incident: Incident,
  urlOf: (incident: Incident) => string,
): Promise<IncidentWithTimeline> {
  const [timeline, actions] = await Promise.all([store.incidents.timeline(incident.id), store.actions.list({ incidentId: incident.id })])
  return {
    ...incident,
    html_url: urlOf(incident),
    hypotheses: lastNoted(timeline),
    second_reading: lastReading(timeline),
    usage: sumOfUsage(timeline.flatMap(({ event }) => (event.kind === 'usage' ? [event] : []))),
    timeline,
    actions: actions.toReversed().map(publicAction),
  }
}

/** @throws LabError 404 */
export async function findIncident(store: Store, idOrRef: string): Promise<Incident> {
  const incident = await store.incidents.find(idOrRef)
  if (!incident) throw notFound(`There is no incident ${JSON.stringify(idOrRef)}; GET /api/incidents lists them`)
  return incident
}

function lastNoted(timeline: TimelineEvent[]): Hypothesis[] {
  return timeline.flatMap(({ event }) => (event.kind === 'hypotheses' ? [event.hypotheses] : [])).at(-1) ?? []
}

/** Of the newest diagnosis: an older reading says nothing about it. */
function lastReading(timeline: TimelineEvent[]): SecondReading | null {
  const found = timeline.findLast(({ event }) => event.kind === 'second_reading' || event.kind === 'diagnosis')
  const before = found?.event.kind === 'diagnosis' ? timeline[timeline.indexOf(found) - 1] : found
  if (before?.event.kind !== 'second_reading') return null
  const { kind: _kind, ...reading } = before.event
  return reading
}

function summarise({ diagnosis, ...incident }: Incident, html_url: string): IncidentSummary {
  return {
    ...incident,
    html_url,
    diagnosis: diagnosis && brief(diagnosis),
  }
}

/** Without the evidence, which may be long. */
function brief(diagnosis: NonNullable<Incident['diagnosis']>): NonNullable<IncidentSummary['diagnosis']> {
  const { status, root_cause, cause, component, confidence, priority } = diagnosis
  return {
    status,
    root_cause,
    confidence,
    priority,
    ...(cause && { cause }),
    ...(diagnosis.class && { class: diagnosis.class }),
    ...(component && { component }),
  }
}
