import type { Lab } from '@oncall-lab/lab/lab'
import type { Action, ActionList, Incident, IncidentList, IncidentWithTimeline } from '@oncall-lab/on-call-agent/api'
import type {
  ActiveFaults,
  EventList,
  FleetEvent,
  FleetFaultRequest,
  FleetFaultResult,
  InstanceList,
  ReleaseList,
  SettingList,
} from '@oncall-lab/process-manager/api'
import { createHttpClient, type HttpClient } from '@oncall-lab/service-kit/http-client'
import type { Static } from 'typebox'
import { request } from 'undici'
import { PrometheusOfLab } from './prometheus.ts'
import type { PrometheusFront } from './prometheus-front.ts'

/** Ten instances, one after the other, on a busy machine. */
const CHANGE_WITHIN_MS = 120_000
const LOOK_WITHIN_MS = 8_000

/** A silence of Alertmanager. https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml */
interface Silence {
  id: string
  status: { state: string }
}

/** An alert as Alertmanager's API gives it. */
export interface HeldAlert {
  labels: Record<string, string>
  annotations: Record<string, string>
  startsAt: string
  endsAt: string
  fingerprint: string
  generatorURL?: string
}

/** Everything that a drill can see and do: the same doors as a person's. All methods @throws UpstreamError. */
export class World {
  readonly prometheus: PrometheusOfLab
  readonly lab: Lab
  /** What stands between the agent and Prometheus, in a lab that has it. */
  readonly front: PrometheusFront | undefined
  readonly #fleet: HttpClient
  readonly #agent: HttpClient
  readonly #alertmanager: HttpClient

  /** `prometheus` is where the figures are asked for, when that is not the lab's own. */
  constructor(
    lab: Lab,
    { front, prometheus = lab.book.url('prometheus') }: { front?: PrometheusFront | undefined; prometheus?: string } = {},
  ) {
    this.lab = lab
    this.front = front
    const connect = (name: string, baseUrl: string, timeoutMs: number) => createHttpClient({ name, baseUrl, timeoutMs })
    this.prometheus = new PrometheusOfLab(prometheus)
    this.#fleet = connect('The process manager', lab.book.url('processManager'), CHANGE_WITHIN_MS)
    const token = lab.env.AGENT_TOKEN && lab.env.AGENT_TOKEN !== 'off' ? lab.env.AGENT_TOKEN : undefined
    this.#agent = createHttpClient({ name: 'The on-call agent', baseUrl: lab.book.url('agent'), timeoutMs: LOOK_WITHIN_MS, token })
    this.#alertmanager = connect('Alertmanager', lab.book.url('alertmanager'), LOOK_WITHIN_MS)
  }

  // ---- the fleet ----
  async instances(): Promise<InstanceList['instances']> {
    return (await this.#fleet.get<InstanceList>('/instances')).instances
  }
  releases(): Promise<ReleaseList> {
    return this.#fleet.get('/releases')
  }
  async settings(): Promise<Static<typeof SettingList>['settings']> {
    return (await this.#fleet.get<Static<typeof SettingList>>('/settings')).settings
  }
  async faults(): Promise<ActiveFaults['faults']> {
    return (await this.#fleet.get<ActiveFaults>('/fault')).faults
  }
  /** @throws Error when not every target took it. */
  async fault(request: Record<string, unknown> & { mode: string }): Promise<void> {
    const result = await this.#fleet.post<FleetFaultResult>('/fault', request as FleetFaultRequest) // Its route checks it.
    if (!result.ok) throw new Error(`the fault ${request.mode} was not taken: ${JSON.stringify(result.results)}`)
  }
  /** Any other call of the fleet's. */
  change<T = { ok: boolean }>(path: string, body: object): Promise<T> {
    return this.#fleet.post<T>(path, body)
  }
  /** What the balancer is told to send to. */
  async backends(): Promise<string[]> {
    return (await this.#fleet.get<{ backends: string[] }>('/backends')).backends
  }

  /** What the shop logged of its errors in the last seconds. */
  async errorLog(seconds: number): Promise<{ message: string }[]> {
    const shop = createHttpClient({ name: 'The shop', baseUrl: this.lab.book.url('loadBalancer'), timeoutMs: LOOK_WITHIN_MS })
    return (await shop.get<{ entries: { message: string }[] }>('/logs/tail', { query: { seconds, limit: 1_000 } })).entries
  }

  // ---- the agent ----
  /** Newest first. */
  async incidents(): Promise<IncidentList['incidents']> {
    return (await this.#agent.get<IncidentList>('/api/incidents', { query: { limit: 50 } })).incidents
  }
  incident(id: Incident['id']): Promise<IncidentWithTimelineOf> {
    return this.#agent.get(`/api/incidents/${encodeURIComponent(id)}`)
  }
  async actions(): Promise<Action[]> {
    return (await this.#agent.get<ActionList>('/api/actions')).actions
  }
  async approve(id: string): Promise<void> {
    await this.#agent.post(`/api/actions/${id}/approve`, {})
  }
  async tell(incident: string, body: string): Promise<void> {
    await this.#agent.post(`/api/incidents/${encodeURIComponent(incident)}/messages`, { body })
  }

  /** The fleet's events since a time, in ms since 1970, oldest first. */
  async events(sinceMs: number): Promise<FleetEvent[]> {
    const { events } = await this.#fleet.get<EventList>('/events')
    return events.filter(({ at }) => Date.parse(at) >= sinceMs)
  }

  /** What stands on the phone of the stand-ins. */
  phoneMessages(): Promise<unknown> {
    return createHttpClient({ name: 'The stand-ins', baseUrl: this.lab.book.url('standIns'), timeoutMs: LOOK_WITHIN_MS }).get(
      '/phone/messages',
    )
  }

  // ---- Alertmanager ----
  /** The alerts that it holds and does not mute. */
  heldAlerts(): Promise<HeldAlert[]> {
    return this.#alertmanager.get('/api/v2/alerts', { query: { silenced: 'false', inhibited: 'false' } })
  }
  async giveAlert(alert: {
    labels: Record<string, string>
    annotations: Record<string, string>
    startsAt?: string
    endsAt?: string
  }): Promise<void> {
    const headers = { 'content-type': 'application/json' }
    const url = `${this.lab.book.url('alertmanager')}/api/v2/alerts`
    const answer = await request(url, {
      method: 'POST',
      headers,
      body: JSON.stringify([alert]),
      signal: AbortSignal.timeout(LOOK_WITHIN_MS),
    })
    const says = await answer.body.text() // Nothing when it was taken.
    if (answer.statusCode >= 300) throw new Error(`Alertmanager refused the alert with ${answer.statusCode}: ${says.slice(0, 200)}`)
  }
  /** Ids of the silences that hold. */
  async silences(): Promise<string[]> {
    const all = await this.#alertmanager.get<Silence[]>('/api/v2/silences')
    return all.filter(({ status }) => status.state === 'active').map(({ id }) => id)
  }

  /** Ends all silences but those that the text names. */
  async endSilences(known: string): Promise<void> {
    for (const id of await this.silences()) {
      if (known.includes(id)) continue
      const url = `${this.lab.book.url('alertmanager')}/api/v2/silence/${id}`
      await (await request(url, { method: 'DELETE', signal: AbortSignal.timeout(LOOK_WITHIN_MS) })).body.dump()
    }
  }
}

/** An incident as its route gives it. */
export type IncidentWithTimelineOf = Static<typeof IncidentWithTimeline>
