import type { AgentMetrics } from '../metrics.ts'
import type { AlertOutcome } from '../store/alert-store.ts'
import type { Store } from '../store/ports.ts'

interface UnpagedDependencies {
  store: Store
  metrics: Pick<AgentMetrics, 'unpaged'>
  onError: (what: string, error: unknown) => void
}

/**
 * Keeps in sight the open incidents that nobody could be paged about: their number as a metric, their refs for `/healthz`. When the alert of such an
 * incident comes again, its pages are tried again, also those that were given up.
 */
export function watchUnpaged({ store, metrics, onError }: UnpagedDependencies) {
  let refs: string[] = []
  const refresh = async () => {
    const incidents = await Promise.all((await store.outbox.unpaged()).map((id) => store.incidents.find(id)))
    refs = incidents.flatMap((incident) => incident?.ref ?? [])
    metrics.unpaged.set(refs.length)
  }
  let again = false
  let refreshing = false
  /** However many attempts end meanwhile, one look follows the one that is under way. */
  const refreshAll = async () => {
    refreshing = true
    do {
      again = false
      await refresh().catch((error: unknown) => onError('looking for incidents that nobody was paged about', error))
    } while (again)
    refreshing = false
  }
  const refreshInTime = () => {
    again = true
    if (!refreshing) void refreshAll()
  }
  const stop = store.onEvent(({ event }) => event.kind === 'incident_resolved' && refreshInTime())
  refreshInTime()
  return {
    refs: () => refs,
    refresh: refreshInTime,
    stop,
    async pageAgain(outcomes: AlertOutcome[]): Promise<void> {
      const repeated = new Set(outcomes.flatMap(({ reason, incidentId }) => (reason === 'repeated' ? (incidentId ?? []) : [])))
      if (repeated.size === 0) return
      for (const incidentId of await store.outbox.unpaged()) {
        if (repeated.has(incidentId)) await store.outbox.retryPages(incidentId)
      }
    },
  }
}
