import type { NewMessage, StorePorts } from '../store/ports.ts'

const HOUR_MS = 3_600_000

/** A page, and how many a person gets in an hour before the others are summed up; 0: all of them. */
interface NewPage extends Omit<NewMessage, 'kind' | 'incidentId'> {
  incidentId: string
  severity: string
  pagesPerHour: number
}

/** Queues a page. A person who got enough of them in this hour is told of it by the next digest instead. */
export async function queuePage(
  { incidents, outbox }: Pick<StorePorts, 'incidents' | 'outbox'>,
  { pagesPerHour, severity, ...page }: NewPage,
): Promise<void> {
  const { incidentId, to } = page
  if (pagesPerHour > 0 && (await outbox.countPages(to, new Date(Date.now() - HOUR_MS))) >= pagesPerHour) {
    await incidents.append(incidentId, { kind: 'page_withheld', to, severity })
  } else await outbox.queue({ ...page, kind: 'page' })
}
