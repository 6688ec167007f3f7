import { setTimeout as sleep } from 'node:timers/promises'
import type { Incident, TimelineEvent } from '../api.ts'
import type { Store } from '../store/ports.ts'
import { overText } from './over-text.ts'

export interface OverDependencies {
  store: Store
  /** The error rate of the incident's service just now; undefined when nothing sees it. */
  errorRate: (incident: Incident, signal: AbortSignal) => Promise<number | undefined>
  /** How long an incident that came back must stay away; shorter in tests only. */
  steadyMs?: number | undefined
}

const STEADY_MS = 120_000
/** A start takes up the ends of the last hour. */
const TAKEN_UP_MS = 3_600_000
const NEWEST = 200

/**
 * Tells everybody who was paged about an incident that it is over, once the agent has looked: one line, once for each end. An incident that came back
 * before is told of when it has stayed away. What a page has said already (it had recovered when it was written) is not told again.
 */
export async function tellOver(deps: OverDependencies, incidentId: string, signal: AbortSignal): Promise<void> {
  const { store, steadyMs = STEADY_MS } = deps
  const before = await ended(store, incidentId)
  if (!before || before.people.length === 0) return
  if (before.reopened > 0) await sleep(steadyMs, undefined, { signal })
  const errorRate = await deps.errorRate(before.incident, signal)
  await store.transaction(async (ports) => {
    const now = await ended(ports, incidentId)
    if (now?.reopened !== before.reopened) return
    for (const to of now.people) {
      const key = `over:${incidentId}:${now.reopened}:${to}`
      await ports.outbox.queue({ incidentId, to, kind: 'update', key, body: overText(now.incident, errorRate) })
    }
  })
}

/** Incidents that ended in the last hour, whose telling a restart may have cut off. */
export async function lastEnded({ incidents }: Pick<Store, 'incidents'>): Promise<string[]> {
  return (await incidents.list(NEWEST)).flatMap(({ id, resolved_at }) =>
    resolved_at !== null && Date.now() - Date.parse(resolved_at) < TAKEN_UP_MS ? id : [],
  )
}

async function ended({ incidents }: Pick<Store, 'incidents'>, incidentId: string) {
  const incident = await incidents.find(incidentId)
  if (!incident?.resolved_at) return undefined
  const { diagnosis, diagnosed_at, resolved_at } = incident
  // While it is investigated its page is still to come; the end is told after that.
  if (!diagnosis || diagnosed_at === null) return undefined
  if (diagnosis.status === 'recovered' && diagnosed_at >= resolved_at) return undefined
  const timeline = await incidents.timeline(incidentId)
  return { incident, people: pagedPeople(timeline), reopened: timeline.filter(({ event }) => event.kind === 'incident_reopened').length }
}

/** Who was paged about an incident, by a page or a digest. */
export function pagedPeople(timeline: TimelineEvent[]): string[] {
  const pages = timeline.flatMap(({ event }) =>
    event.kind === 'message_queued' && (event.message_kind === 'page' || event.message_kind === 'digest') ? event.to : [],
  )
  return [...new Set(pages)]
}
