import { setTimeout as delay } from 'node:timers/promises'
import type { TimelineEvent } from '@oncall-lab/on-call-agent/api'
import { type AgentAddress, followEvents } from './event-feed.ts'
import { narrate } from './narrate.ts'
import type { Story } from './story.ts'
import type { PrometheusAlert, Witnesses } from './witnesses.ts'

/** What has been seen so far of the demo's incident. */
export interface Observation {
  incidentId: string | null
  /** The events of that incident, oldest first. */
  timeline: TimelineEvent[]
  /** The alerts of inventory that Prometheus has shown as firing. */
  fired: Set<string>
  /** The alerts of inventory as Prometheus showed them last; null until it was asked. */
  alerts: PrometheusAlert[] | null
  /** Customers have had errors. Before, a pending alert only means that Prometheus has just begun to look. */
  faulty: boolean
}

interface ObserveOptions {
  agent: AgentAddress
  witnesses: Witnesses
  story: Story
  /** Incidents that were there before. */
  known: Set<string>
  signal: AbortSignal
}

const ASK_PROMETHEUS_MS = 1_000

/** Watches Prometheus and the agent, and tells what happens as it happens, until the signal. The result fills itself. */
export function observe(options: ObserveOptions): { seen: Observation; ended: Promise<unknown> } {
  const seen: Observation = { incidentId: null, timeline: [], fired: new Set(), alerts: null, faulty: false }
  return { seen, ended: Promise.all([observeAgent(seen, options), observePrometheus(seen, options)]) }
}

async function observeAgent(seen: Observation, { agent, witnesses, story, known, signal }: ObserveOptions): Promise<void> {
  for await (const event of followEvents(agent, 0, signal)) {
    if (known.has(event.incident_id)) continue
    if (seen.incidentId === null && (await isOurs(event, witnesses))) seen.incidentId = event.incident_id
    if (event.incident_id !== seen.incidentId) continue
    seen.timeline.push(event)
    for (const line of narrate(event)) story.tell(line)
  }
}

/** An incident of another service (a part of the lab that went down) is not the story's. */
async function isOurs({ incident_id }: TimelineEvent, witnesses: Witnesses): Promise<boolean> {
  const incident = await witnesses.incident(incident_id).catch(() => null)
  return incident?.service === 'inventory'
}

async function observePrometheus(seen: Observation, { witnesses, story, signal }: ObserveOptions): Promise<void> {
  const told = new Map<string, string>()
  while (!signal.aborted) {
    const all = await witnesses.alerts().catch(() => null) // Asked again in a second.
    if (signal.aborted) return
    if (all) {
      seen.alerts = all.filter(({ labels }) => labels.service === 'inventory')
      tellChanges(seen, told, story)
    }
    await delay(ASK_PROMETHEUS_MS, undefined, { signal }).catch(() => undefined)
  }
}

function tellChanges(seen: Observation, told: Map<string, string>, story: Story): void {
  const present = new Map((seen.alerts ?? []).map((alert) => [alert.labels.alertname ?? '', alert]))
  for (const [name, { state, annotations }] of present) {
    if (state === 'firing') seen.fired.add(name)
    if (told.get(name) === state || (state === 'pending' && !seen.faulty)) continue
    told.set(name, state)
    const why = annotations.summary ? `: ${annotations.summary}` : ''
    story.tell({ who: 'Prometheus', what: state === 'firing' ? `${name} is FIRING${why}` : `${name} is pending` })
  }
  for (const [name, state] of told) {
    if (present.has(name)) continue
    told.delete(name)
    story.tell({ who: 'Prometheus', what: state === 'firing' ? `${name} is resolved` : `${name} is no longer pending` })
  }
}
