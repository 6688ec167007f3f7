import { setTimeout as sleep } from 'node:timers/promises'
import type { Incident } from '../api.ts'
import type { PageWriter } from '../channels/channel.ts'
import type { Page } from '../channels/page.ts'
import { queuePage } from '../delivery/queue-page.ts'
import type { ToolOutcome } from '../functions/call-tool.ts'
import type { Store } from '../store/ports.ts'
import { describeWithoutModel } from './without-model.ts'

/** What the facts need: where incidents are, whom to tell, and one look without the model. */
export interface FactsDependencies {
  store: Store
  personOnCall: string
  render: PageWriter['render']
  factsAfterMs: number
  /** See `Limits`. */
  pagesPerHour: number
  look: (incident: Incident, signal: AbortSignal) => Promise<ToolOutcome[]>
}

/**
 * A slow model delays no page: when an incident has no diagnosis after its time, the person is told what is known so far, once, and the diagnosis
 * follows. The time counts from the opening, so a restart does not begin it anew.
 */
export async function pageFacts(
  { store, personOnCall, render, factsAfterMs, pagesPerHour, look }: FactsDependencies,
  { incidentId, openedMs: known }: { incidentId: string; openedMs?: number },
  signal: AbortSignal,
): Promise<void> {
  // Nothing is read of one that was just opened: in a storm thousands would read at once.
  const openedMs = known ?? Date.parse((await undiagnosed(store, incidentId))?.opened_at ?? '')
  if (Number.isNaN(openedMs)) return
  // Never longer than that: a clock that was set back delays no page.
  const leftMs = Math.min(factsAfterMs, openedMs + factsAfterMs - Date.now())
  // Without the signal: it walks the list of its listeners for each one that is added, and in a storm thousands wait here.
  await sleep(Math.max(0, leftMs), undefined, { ref: false })
  signal.throwIfAborted()
  const waiting = await undiagnosed(store, incidentId)
  if (!waiting) return
  const outcomes = await look(waiting, signal)
  // All or none: a diagnosis that comes meanwhile is the page.
  await store.transaction(async (ports) => {
    const incident = await undiagnosed(ports, incidentId)
    if (!incident) return
    const body = render(personOnCall, factsPage(incident, outcomes))
    await queuePage(ports, { incidentId, to: personOnCall, key: `facts:${incidentId}`, body, severity: incident.severity, pagesPerHour })
  })
}

/** How the facts begin. */
const INVESTIGATING = 'Investigating. So far:'

function factsPage(incident: Incident, outcomes: ToolOutcome[]): Page {
  const known = describeWithoutModel(incident, 'still investigating', outcomes)
  const facts = known.root_cause.split(' No model could be used', 1)[0] ?? ''
  const next_steps = ['The investigation goes on; its result follows.']
  return { incident, diagnosis: { ...known, root_cause: `${INVESTIGATING} ${facts}`, next_steps }, madeBy: 'fallback' }
}

/** Whether the person has been paged with the facts already. */
export async function hasFacts({ incidents }: Pick<Store, 'incidents'>, incidentId: string): Promise<boolean> {
  const timeline = await incidents.timeline(incidentId)
  return timeline.some(({ event }) => event.kind === 'message_queued' && event.body.includes(INVESTIGATING))
}

async function undiagnosed({ incidents }: Pick<Store, 'incidents'>, incidentId: string): Promise<Incident | undefined> {
  const incident = await incidents.find(incidentId)
  return incident && incident.diagnosis === null && incident.resolved_at === null ? incident : undefined
}
