import type { AgentList, BundleFacts, TaskAnswer } from '@oncall-lab/gateway/api'
import type { IncidentSummary } from '@oncall-lab/on-call-agent/api'
import { createHttpClient } from '@oncall-lab/service-kit/http-client'
import type { Static } from 'typebox'
import { request } from 'undici'

/** A bundle that is ordered. */
interface BundleWish {
  infra_key: string
  callback_url?: string
  layers: readonly string[]
}

/** The gateway as any program sees it. Every call @throws UpstreamError */
export interface GatewayClient extends AsyncDisposable {
  agents(): Promise<Static<typeof AgentList>>
  openIncidents(): Promise<IncidentSummary[]>
  tool(name: string): Promise<TaskAnswer>
  query(agent: string, message: string): Promise<TaskAnswer>
  order(wish: BundleWish): Promise<BundleFacts>
  bundle(id: string): Promise<BundleFacts>
  /** The archive at a `bundle_path`. @throws Error */
  archive(path: string): Promise<Buffer>
}

/** A question may take as long as an investigation. */
const ANSWER_WITHIN_MS = 120_000
const ARCHIVE_WITHIN_MS = 30_000

export function callGateway(baseUrl: string, token: string | undefined): GatewayClient {
  const http = createHttpClient({ name: 'The gateway', baseUrl, timeoutMs: ANSWER_WITHIN_MS, token })
  return {
    agents: () => http.get('/api/v1/agents'),
    async openIncidents() {
      const { incidents } = await http.get<{ incidents: IncidentSummary[] }>('/incidents')
      return incidents.filter(({ status }) => status !== 'resolved')
    },
    tool: (name) => http.post(`/api/v1/db/${name}`, {}),
    query: (agent, message) => http.post('/api/v1/query', { agent, message }),
    order: (wish) => http.post('/api/v1/incidents', wish),
    bundle: (id) => http.get(`/api/v1/incidents/${encodeURIComponent(id)}`),
    async archive(path) {
      const headers = { ...(token !== undefined && { authorization: `Bearer ${token}` }) }
      const answer = await request(`${baseUrl}${path}`, { headers, signal: AbortSignal.timeout(ARCHIVE_WITHIN_MS) })
      if (answer.statusCode !== 200) throw new Error(`${path} answered ${answer.statusCode}`)
      return Buffer.from(await answer.body.arrayBuffer())
    },
    [Symbol.asyncDispose]: () => http[Symbol.asyncDispose](),
  }
}
