import type { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type {
  Action,
  ActionList,
  Bundle,
  BundleList,
  BundleRequest,
  Capabilities,
  IncidentList,
  IncidentWithTimeline,
  Inquiry,
  InquiryList,
  InquiryRequest,
  LinkedIncident,
  LookAnswer,
  LookRequest,
  Proposed,
  ProposeRequest,
} from '@oncall-lab/on-call-agent/api'
import { describeError, LabError } from '@oncall-lab/service-kit/errors'
import { Agent as HttpAgent, request } from 'undici'

/** What opens an incident, as `POST /api/incidents` of the agent takes it. */
export interface NewIncident {
  source: string
  external_id: string
  title: string
  description: string
  severity: string
  service?: string
  target?: string
  labels?: Record<string, string>
}

/** The agent's API, of which the gateway is made. Every failure is a LabError: the agent's own refusal with its status, or 502 when it cannot be asked. */
export interface AgentClient extends AsyncDisposable {
  /** At most a second old. */
  capabilities(): Promise<Capabilities>
  incidents(query?: Record<string, string | number>): Promise<IncidentList>
  incident(idOrRef: string): Promise<IncidentWithTimeline>
  open(incident: NewIncident): Promise<{ isNew: boolean; incident: LinkedIncident }>
  /** The incident of a record of ServiceNow, which the agent reads back. */
  openRecord(hint: { number: string; sys_id?: string }): Promise<{ isNew: boolean; incident: LinkedIncident }>
  message(idOrRef: string, body: string): Promise<void>
  actions(query?: Record<string, string | number>): Promise<Action[]>
  /** `by` is what the caller calls himself; the agent stores it with the gateway's name. */
  approve(id: string, decision: { code?: string | undefined; by?: string | undefined }): Promise<Action>
  /** Stored for a person to decide about. */
  propose(proposal: ProposeRequest): Promise<Proposed>
  /** Looks again; the answer comes to the incident. */
  investigate(idOrRef: string): Promise<void>
  /** Asks and waits for the answer; an abort ends the waiting. */
  ask(inquiry: InquiryRequest, signal: AbortSignal): Promise<Inquiry>
  /** Begins an answer; the same id again begins nothing. */
  startInquiry(inquiry: InquiryRequest): Promise<void>
  inquiry(id: string): Promise<Inquiry>
  /** Newest first. */
  inquiries(query: Record<string, string | number>): Promise<Inquiry[]>
  cancelInquiry(id: string): Promise<Inquiry>
  look(look: LookRequest): Promise<LookAnswer>
  /** Ordered; it is made in the background. */
  orderBundle(order: BundleRequest, requestedBy: string): Promise<Bundle>
  bundles(): Promise<Bundle[]>
  bundle(id: string): Promise<Bundle>
  /** The archive, as it comes; an abort ends it. */
  bundleFile(id: string, signal: AbortSignal): Promise<Readable>
  /** An Alertmanager message, as it came. */
  alerts(message: unknown): Promise<unknown>
}

interface AgentClientOptions {
  url: string
  token?: string | undefined
  /** Bounds each call; an answer to a question has `answerMs`. */
  timeoutMs?: number
  answerMs?: number
  pollMs?: number
}

type Exchange = (
  method: 'GET' | 'POST',
  path: string,
  body?: unknown,
  more?: Record<string, string>,
) => Promise<{ status: number; body: unknown }>

export function createAgentClient({ answerMs = 90_000, pollMs = 100, ...connection }: AgentClientOptions): AgentClient {
  const { exchange, download, close } = connect(connection)
  // The agent names the form of each answer in its api.ts.
  const get = async <T>(path: string) => (await exchange('GET', path)).body as T
  const post = async <T>(path: string, body: unknown) => (await exchange('POST', path, body)).body as T
  const part = encodeURIComponent
  return {
    capabilities: remember(1_000, () => get<Capabilities>('/api/capabilities')),
    incidents: (query) => get(`/api/incidents${queryString(query)}`),
    incident: (idOrRef) => get(`/api/incidents/${part(idOrRef)}`),
    async open(incident) {
      const answer = await exchange('POST', '/api/incidents', incident)
      return { isNew: answer.status === 201, incident: answer.body as LinkedIncident }
    },
    async openRecord(hint) {
      const answer = await exchange('POST', '/api/servicenow/records', hint)
      return { isNew: answer.status === 201, incident: answer.body as LinkedIncident }
    },
    async message(idOrRef, body) {
      await post(`/api/incidents/${part(idOrRef)}/messages`, { body })
    },
    actions: async (query) => (await get<ActionList>(`/api/actions${queryString(query)}`)).actions,
    async approve(id, { code, by }) {
      const body = code === undefined ? {} : { code }
      return (await exchange('POST', `/api/actions/${part(id)}/approve`, body, { 'x-requested-by': nameOf(by) })).body as Action
    },
    propose: (proposal) => post('/api/actions', proposal),
    async investigate(idOrRef) {
      await post(`/api/incidents/${part(idOrRef)}/investigate`, {})
    },
    async ask(inquiry, signal) {
      const { id } = await post<{ id: string }>('/api/inquiries', inquiry)
      const deadline = AbortSignal.any([signal, AbortSignal.timeout(answerMs)])
      for (;;) {
        const asked = await get<Inquiry>(`/api/inquiries/${part(id)}`)
        if (asked.status !== 'running') return asked
        await sleep(pollMs, undefined, { signal: deadline }).catch(() => {
          throw new LabError(`No answer came within ${answerMs / 1_000} s`, { code: 'answer_timeout', status: 504, retryable: true })
        })
      }
    },
    async startInquiry(inquiry) {
      await post('/api/inquiries', inquiry)
    },
    inquiry: (id) => get(`/api/inquiries/${part(id)}`),
    inquiries: async (query) => (await get<InquiryList>(`/api/inquiries${queryString(query)}`)).inquiries,
    cancelInquiry: (id) => post(`/api/inquiries/${part(id)}/cancel`, {}),
    look: (look) => post('/api/looks', look),
    orderBundle: async (order, requestedBy) =>
      (await exchange('POST', '/api/bundles', order, { 'x-requested-by': requestedBy })).body as Bundle,
    bundles: async () => (await get<BundleList>('/api/bundles')).bundles,
    bundle: (id) => get(`/api/bundles/${part(id)}`),
    bundleFile: (id, signal) => download(`/api/bundles/${part(id)}/file`, signal),
    alerts: (message) => post('/alerts', message),
    [Symbol.asyncDispose]: close,
  }
}

/** The gateway's name, with that of its caller as far as it is harmless on a page. */
function nameOf(caller = ''): string {
  const harmless = caller.replace(/[^\w.@+ -]/g, '').slice(0, 40)
  return harmless === '' ? 'gateway' : `gateway (${harmless})`
}

function connect({ url, token, timeoutMs = 15_000 }: AgentClientOptions): {
  exchange: Exchange
  download: (path: string, signal: AbortSignal) => Promise<Readable>
  close: () => Promise<void>
} {
  const dispatcher = new HttpAgent({ connect: { timeout: timeoutMs }, keepAliveTimeout: 4_000 })
  const headers = { ...(token !== undefined && { authorization: `Bearer ${token}` }) }
  const unreachable = (error: unknown) =>
    new LabError(`The on-call agent at ${url} cannot be reached (${describeError(error)})`, {
      code: 'agent_unreachable',
      status: 502,
      retryable: true,
    })
  return {
    close: () => dispatcher.destroy(),
    async download(path, signal) {
      const answer = await request(`${url}${path}`, { dispatcher, headers, signal, headersTimeout: timeoutMs }).catch((error: unknown) => {
        throw unreachable(error)
      })
      if (answer.statusCode !== 200) readAnswer(answer.statusCode, await answer.body.text())
      return answer.body
    },
    async exchange(method, path, body, more) {
      let status: number
      let text: string
      try {
        const answer = await request(`${url}${path}`, {
          method,
          dispatcher,
          signal: AbortSignal.timeout(timeoutMs),
          headers: { ...headers, 'x-requested-by': nameOf(), ...more, ...(method === 'POST' && { 'content-type': 'application/json' }) },
          body: method === 'POST' ? JSON.stringify(body ?? {}) : null,
        })
        status = answer.statusCode
        text = await answer.body.text()
      } catch (error) {
        throw unreachable(error)
      }
      return { status, body: readAnswer(status, text) }
    },
  }
}

/** @throws LabError with the agent's own status, code, words and field where it refused. */
function readAnswer(status: number, text: string): unknown {
  const body = parse(text)
  if (status < 300 && body !== undefined) return body
  const { code, detail, field } = (typeof body === 'object' && body !== null ? body : {}) as {
    code?: string
    detail?: string
    field?: string
  } // Problem details of the agent.
  const isRefusal = (status >= 400 && status < 500 && status !== 401) || status === 503
  throw new LabError(detail ?? `The on-call agent answered with status ${status}`, {
    code: isRefusal && code !== undefined ? code : 'agent_failed',
    status: isRefusal ? status : 502,
    retryable: status === 503,
    ...(field !== undefined && { field }),
  })
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Many callers within that time get one answer; a failure is not remembered. */
function remember<T>(ms: number, ask: () => Promise<T>): () => Promise<T> {
  let known: { at: number; answer: Promise<T> } | undefined
  return () => {
    const now = performance.now()
    if (known && now - known.at < ms) return known.answer
    const answer = ask()
    known = { at: now, answer }
    answer.catch(() => {
      if (known?.answer === answer) known = undefined
    })
    return answer
  }
}

function queryString(query: Record<string, string | number> = {}): string {
  const text = new URLSearchParams(Object.entries(query).map(([name, value]): [string, string] => [name, String(value)])).toString()
  return text === '' ? '' : `?${text}`
}
