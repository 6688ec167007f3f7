import type { SeverityRank } from '../incidents/severity.ts'
import type { Store } from '../store/ports.ts'
import { digestText } from './digest-text.ts'

interface DigestDependencies {
  store: Store
  rank: SeverityRank
  onError: (what: string, error: unknown) => void
  /** Where the incidents are listed. */
  link?: string | undefined
  /** The shortest time between two digests to a person. */
  everyMs?: number
  /** How long the first one waits for others to join it. */
  gatherMs?: number
}

/** Named in one digest. */
const NAMED = 4
/** The newest incidents, whose withheld pages a start takes up again. */
const TAKEN_UP = 1_000
const RETRY_MS = 5_000

interface Waiting {
  /** By incident. */
  severities: Map<string, string>
  lastMs: number
  timer: NodeJS.Timeout | undefined
}

/**
 * Sums up the pages that a person was spared: one line for all of them, at most one every few minutes, the worst named first. It belongs to the worst
 * incident, so it is escalated and answered as a page of that. What is resolved meanwhile is left out.
 */
export async function watchDigest({ store, rank, onError, link, everyMs = 180_000, gatherMs = 10_000 }: DigestDependencies) {
  const people = new Map<string, Waiting>()
  let stopped = false

  function withhold(to: string, incidentId: string, severity: string): void {
    const waiting = people.get(to) ?? { severities: new Map(), lastMs: 0, timer: undefined }
    people.set(to, waiting)
    waiting.severities.set(incidentId, severity)
    schedule(to, waiting, Math.max(gatherMs, waiting.lastMs + everyMs - Date.now()))
  }

  function schedule(to: string, waiting: Waiting, ms: number): void {
    if (stopped || waiting.timer) return
    waiting.timer = setTimeout(() => {
      waiting.timer = undefined
      send(to, waiting).catch((error: unknown) => {
        if (stopped) return
        onError(`digest to ${to}`, error)
        schedule(to, waiting, RETRY_MS)
      })
    }, ms).unref()
  }

  async function send(to: string, waiting: Waiting): Promise<void> {
    const worstFirst = [...waiting.severities].toSorted(([, a], [, b]) => rank(b) - rank(a))
    const [worst] = worstFirst
    if (!worst) return
    const counts = [...Map.groupBy(worstFirst, ([, severity]) => severity)].map(([severity, each]): [string, number] => [
      severity,
      each.length,
    ])
    await store.transaction(async ({ incidents, outbox }) => {
      const found = await Promise.all(worstFirst.slice(0, NAMED).map(([id]) => incidents.find(id)))
      const body = digestText({ counts, named: found.filter((incident) => incident !== undefined), link })
      const id = await outbox.queue({ incidentId: worst[0], to, kind: 'digest', body })
      await incidents.append(worst[0], { kind: 'digested', to, message_id: id, incidents: worstFirst.length })
    })
    for (const [id] of worstFirst) waiting.severities.delete(id)
    waiting.lastMs = Date.now()
  }

  const stop = store.onEvent(({ incident_id, event }) => {
    if (event.kind === 'page_withheld') withhold(event.to, incident_id, event.severity)
    if (event.kind === 'incident_resolved') for (const { severities } of people.values()) severities.delete(incident_id)
  })
  for (const { to, incidentId, severity } of await takeUp(store)) withhold(to, incidentId, severity)
  return {
    stop() {
      stopped = true
      stop()
      for (const { timer } of people.values()) clearTimeout(timer)
    },
  }
}

/** The pages that were withheld after the newest digest to their person. */
async function takeUp({ incidents }: Store) {
  const open = (await incidents.list(TAKEN_UP)).filter(({ resolved_at }) => resolved_at === null)
  const events = (await Promise.all(open.map(({ id }) => incidents.timeline(id)))).flat()
  const digested = new Map<string, number>()
  for (const { id, event } of events) {
    if (event.kind === 'digested') digested.set(event.to, Math.max(id, digested.get(event.to) ?? 0))
  }
  return events.flatMap(({ id, incident_id, event }) =>
    event.kind === 'page_withheld' && id > (digested.get(event.to) ?? 0)
      ? [{ to: event.to, incidentId: incident_id, severity: event.severity }]
      : [],
  )
}
