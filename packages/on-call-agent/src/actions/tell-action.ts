import { pagedPeople } from '../delivery/tell-over.ts'
import type { StoredAction, StorePorts } from '../store/ports.ts'

/** Queues a line about an action for everybody who was paged about its incident, or else for the person on call. */
export async function queueTold(
  { incidents, outbox }: Pick<StorePorts, 'incidents' | 'outbox'>,
  personOnCall: string,
  { incident_id }: Pick<StoredAction, 'incident_id'>,
  { body, hidden }: { body: string; hidden?: string },
): Promise<void> {
  const paged = pagedPeople(await incidents.timeline(incident_id))
  for (const to of paged.length > 0 ? paged : [personOnCall])
    await outbox.queue({ incidentId: incident_id, to, kind: 'update', body, ...(hidden !== undefined && { hidden }) })
}
