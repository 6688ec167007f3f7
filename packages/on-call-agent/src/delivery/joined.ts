import { fitMessage } from '../channels/page.ts'
import type { SeverityRank } from '../incidents/severity.ts'
import type { Store } from '../store/ports.ts'
import { decideJoined, GATHER_MS } from './decide-joined.ts'
import { pagedPeople } from './tell-over.ts'
import { watchIncidents } from './watch-incidents.ts'

interface JoinedDependencies {
  store: Store
  rank: SeverityRank
  onError: (what: string, error: unknown) => void
  now?: () => Date
}

/** Tells whoever was paged of alerts that joined the incident since: one short line for many of them, never a page. */
export function watchJoined({ store, rank, onError, now = () => new Date() }: JoinedDependencies) {
  return watchIncidents({
    store,
    what: 'telling of alerts that joined',
    onError,
    async look({ incidents, outbox }, incidentId) {
      const incident = await incidents.find(incidentId)
      if (!incident || incident.resolved_at !== null) return undefined
      const timeline = await incidents.timeline(incidentId)
      const decision = decideJoined({ alerts: incident.alerts, timeline, rank, nowMs: now().getTime() })
      if (decision.kind === 'wait') return decision.afterMs
      if (decision.kind === 'rest') return undefined
      const body = fitMessage(`*${incident.ref}* ${incident.service}: now ${listed(decision.alerts)} too.`)
      for (const to of pagedPeople(timeline)) await outbox.queue({ incidentId, to, kind: 'update', body })
      return undefined
    },
    // Not at once: in a storm each webhook would read the whole timeline.
    when: (event) => (event.kind === 'alert_firing' ? GATHER_MS.worst : undefined),
  })
}

/** `a`, `a and b`, `a, b and c`. */
const listed = (words: string[]) => new Intl.ListFormat('en-GB', { type: 'conjunction' }).format(words)
