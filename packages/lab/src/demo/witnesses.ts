import type { ConnectorFacts, IncidentList, IncidentSummary, IncidentWithTimeline } from '@oncall-lab/on-call-agent/api'
import { createHttpClient } from '@oncall-lab/service-kit/http-client'
import { STAND_IN_CREDENTIALS as STAND_IN } from '@oncall-lab/stand-ins/api'
import { request } from 'undici'
import type { AddressBook } from '../address-book.ts'
import { callAgent } from '../agent-access.ts'
import type { Lab } from '../lab.ts'
import type { AgentHealth } from '../vendors.ts'

/** An alert as Prometheus' `GET /api/v1/alerts` shows it. */
export interface PrometheusAlert {
  state: 'pending' | 'firing'
  labels: Record<string, string>
  annotations: Record<string, string>
  /** RFC 3339. */
  activeAt: string
}

/** The systems that a demo asks what really happened; each call throws where its system does not answer. */
export interface Witnesses extends AsyncDisposable {
  connectors(): Promise<ConnectorFacts[]>
  incidents(): Promise<IncidentSummary[]>
  incident(id: string): Promise<IncidentWithTimeline>
  alerts(): Promise<PrometheusAlert[]>
  /** The time of the oldest error of the last `seconds` in the log of inventory, RFC 3339; null when there is none. */
  firstError(seconds: number): Promise<string | null>
  /** Messages to the person on call, oldest first, from the stand-in by Twilio's API. */
  messages(): Promise<{ sid: string; body: string }[]>
  /** From the stand-in by Jira's API. */
  issue(key: string): Promise<{ key: string; summary: string; assignee: string | null }>
  /** Writes on the stand-in's phone. */
  writeOnPhone(body: string): Promise<void>
}

const ANSWER_WITHIN_MS = 5_000

/** Opens the connections to the lab. */
export function callWitnesses(lab: Lab): Witnesses {
  const { book } = lab
  const client = (name: string, baseUrl: string) => createHttpClient({ name, baseUrl, timeoutMs: ANSWER_WITHIN_MS })
  const agent = callAgent(lab, ANSWER_WITHIN_MS)
  const prometheus = client('Prometheus', book.url('prometheus'))
  const shop = client('The load balancer', book.url('loadBalancer'))
  const phone = client('The phone', book.url('standIns'))
  return {
    connectors: async () => (await agent.get<AgentHealth>('/healthz')).connectors,
    incidents: async () => (await agent.get<IncidentList>('/api/incidents')).incidents,
    incident: (id) => agent.get<IncidentWithTimeline>(`/api/incidents/${encodeURIComponent(id)}`),
    alerts: async () => (await prometheus.get<{ data: { alerts: PrometheusAlert[] } }>('/api/v1/alerts')).data.alerts,
    async firstError(seconds) {
      const { entries } = await shop.get<{ entries: { ts: string }[] }>('/logs/tail', { query: { seconds, limit: 500 } })
      return entries[0]?.ts ?? null
    },
    messages: () => listMessages(book),
    issue: (key) => readIssue(book, key),
    async writeOnPhone(body) {
      await phone.post('/phone/messages', { body })
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([agent, prometheus, shop, phone].map((each) => each[Symbol.asyncDispose]()))
    },
  }
}

async function listMessages(book: AddressBook): Promise<{ sid: string; body: string }[]> {
  const { twilioAccountSid: account, twilioAuthToken: token, userWhatsappNumber: person } = STAND_IN
  const query = new URLSearchParams({ To: person, PageSize: '100' })
  const list = await askVendor<{ messages: { sid: string; body: string; to: string }[] }>(
    `${book.url('standIns')}/twilio/2010-04-01/Accounts/${account}/Messages.json?${query}`,
    `${account}:${token}`,
  )
  // Twilio lists the newest first.
  return list.messages.filter(({ to }) => to === person).toReversed()
}

async function readIssue(book: AddressBook, key: string): ReturnType<Witnesses['issue']> {
  const issue = await askVendor<{ key: string; fields: { summary: string; assignee: { displayName: string } | null } }>(
    `${book.url('standIns')}/jira/rest/api/3/issue/${encodeURIComponent(key)}`,
    `${STAND_IN.jiraEmail}:${STAND_IN.jiraApiToken}`,
  )
  return { key: issue.key, summary: issue.fields.summary, assignee: issue.fields.assignee?.displayName ?? null }
}

async function askVendor<T>(url: string, login: string): Promise<T> {
  const headers = { authorization: `Basic ${Buffer.from(login).toString('base64')}` }
  const answer = await request(url, { headers, signal: AbortSignal.timeout(ANSWER_WITHIN_MS) })
  const text = await answer.body.text()
  if (answer.statusCode >= 300) throw new Error(`${url} answered ${answer.statusCode}: ${text.slice(0, 200)}`)
  return JSON.parse(text) as T // The vendor's documented shape.
}
