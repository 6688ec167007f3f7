import { describeError } from '@oncall-lab/service-kit/errors'
import { createHttpClient, type HttpClient } from '@oncall-lab/service-kit/http-client'
import { type Static, Type } from 'typebox'
import type { PhoneIncident } from '../api.ts'

const OrNull = Type.Union([Type.String(), Type.Null()])
/** What is read of the agent's `GET /api/incidents`. */
const Listed = Type.Object({ incidents: Type.Array(Type.Object({ ref: Type.String(), resolved_at: OrNull })) })
/** What is read of `GET /api/incidents/{ref}`. */
const Whole = Type.Object({
  ref: Type.String(),
  service: Type.String(),
  severity: Type.String(),
  status: Type.String(),
  html_url: Type.String(),
  resolved_at: OrNull,
  alerts: Type.Array(Type.Object({ starts_at: Type.String() })),
  timeline: Type.Array(Type.Object({ at: Type.String(), event: Type.Object({ kind: Type.String() }) })),
})

/** The first event of each kind is a moment of the clock. */
const MOMENTS: Record<string, string> = {
  alert_firing: 'webhook',
  diagnosis: 'diagnosis',
  message_sent: 'page sent',
  message_delivered: 'delivered',
  message_read: 'read',
  acknowledged: 'acknowledged',
  message_received: 'your answer',
  ticket_created: 'ticket',
  action_started: 'action',
}
const TIMEOUT_MS = 3_000
/** Several open pages ask for one thing. */
const KEPT_MS = 1_000
const LOOKED_THROUGH = 20

/** Reads the incident that is shown beside the conversation. @param agentUrl where the agent's API is; undefined where nobody said. */
export function createIncidentReader(agentUrl: string | undefined, token: string | undefined) {
  const http = agentUrl === undefined ? undefined : createHttpClient({ name: 'The agent', baseUrl: agentUrl, timeoutMs: TIMEOUT_MS, token })
  let kept: { untilMs: number; answer: Promise<PhoneIncident> } | undefined
  return {
    async read(nowMs: number): Promise<PhoneIncident> {
      if (!http) return { incident: null, detail: 'The stand-ins do not know where the agent is (AGENT_URL).' }
      if (!kept || kept.untilMs < nowMs) kept = { untilMs: nowMs + KEPT_MS, answer: readNewest(http) }
      return kept.answer
    },
    async [Symbol.asyncDispose]() {
      await http?.[Symbol.asyncDispose]()
    },
  }
}

async function readNewest(http: HttpClient): Promise<PhoneIncident> {
  try {
    const { incidents } = await http.get('/api/incidents', { schema: Listed, query: { limit: LOOKED_THROUGH } })
    const newest = incidents.find(({ resolved_at }) => resolved_at === null) ?? incidents[0]
    if (!newest) return { incident: null, detail: 'No incident yet.' }
    return { incident: shownOf(await http.get(`/api/incidents/${encodeURIComponent(newest.ref)}`, { schema: Whole })) }
  } catch (error) {
    return { incident: null, detail: `The agent does not show its incident: ${describeError(error)}` }
  }
}

function shownOf({ html_url: url, alerts, timeline, ...facts }: Static<typeof Whole>): PhoneIncident['incident'] {
  const fires = alerts.map(({ starts_at }) => starts_at).toSorted()[0]
  const moments = Object.entries(MOMENTS).flatMap(([kind, what]) => {
    const at = timeline.find(({ event }) => event.kind === kind)?.at
    return at === undefined ? [] : [{ what, at }]
  })
  const all = [
    ...(fires === undefined ? [] : [{ what: 'alert fires', at: fires }]),
    ...moments,
    ...(facts.resolved_at === null ? [] : [{ what: 'resolved', at: facts.resolved_at }]),
  ]
  const { ref, service, severity, status, resolved_at } = facts
  return { ref, service, severity, status, url, resolved_at, moments: all.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at)) }
}
