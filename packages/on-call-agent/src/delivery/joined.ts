import { fitMessage } from '../channels/page.ts'
import type { SeverityRank } from '../incidents/severity.ts'
import type { Store } from '../store/ports.ts'
import { decideJoined } from './decide-joined.ts'
import { pagedPeople } from './tell-over.ts'

interface JoinedDependencies {
  store: Store
  rank: SeverityRank
  onError: (what: string, error: unknown) => void
  now?: () => Date
}

/** Before another look after one that failed. */
const RETRY_MS = 5_000
/** The newest incidents, whose alerts a start takes up again. */
const TAKEN_UP = 1_000

/** Tells whoever was paged of alerts that joined the incident since: one short line for many of them, never a page. */
export async function watchJoined({ store, rank, onError, now = () => new Date() }: JoinedDependencies) {
  const timers = new Map<string, NodeJS.Timeout>()
  let stopped = false
  const look = (incidentId: string, afterMs: number) => {
    if (stopped || timers.has(incidentId)) return
    timers.set(incidentId, setTimeout(decide, afterMs, incidentId).unref())
  }
  const decide = (incidentId: string) =>
    store
      .transaction(async ({ incidents, outbox }) => {
        timers.delete(incidentId)
        const incident = await incidents.find(incidentId)
        if (!incident || incident.resolved_at !== null) return
        const timeline = await incidents.timeline(incidentId)
        const decision = decideJoined({ alerts: incident.alerts, timeline, rank, nowMs: now().getTime() })
        if (decision.kind === 'wait') look(incidentId, decision.afterMs)
        if (decision.kind !== 'tell') return
        const body = fitMessage(`*${incident.ref}* ${incident.service}: now ${listed(decision.alerts)} too.`)
        for (const to of pagedPeople(timeline)) await outbox.queue({ incidentId, to, kind: 'update', body })
      })
      .catch((error: unknown) => {
        onError(`joined alerts of ${incidentId}`, error)
        look(incidentId, RETRY_MS)
      })

  const stop = store.onEvent(({ incident_id, event }) => {
    if (event.kind === 'alert_firing') look(incident_id, 0)
  })
  for (const { id, resolved_at } of await store.incidents.list(TAKEN_UP)) if (resolved_at === null) look(id, 0)
  return {
    stop() {
      stopped = true
      stop()
      for (const timer of timers.values()) clearTimeout(timer)
    },
  }
}

/** `a`, `a and b`, `a, b and c`. */
const listed = (words: string[]) => new Intl.ListFormat('en-GB', { type: 'conjunction' }).format(words)
