import type { Incident } from '../api.ts'
import type { AlertOutcome } from '../store/alert-store.ts'
import type { StorePorts } from '../store/ports.ts'
import { pagedPeople } from './tell-over.ts'

/** Queues one short line for each incident of which people have to be told although it is no page, once for each thing that there is to tell. */
export async function queueUpdates({ incidents, outbox }: StorePorts, outcomes: AlertOutcome[], personOnCall: string): Promise<void> {
  const told = outcomes.filter(({ tell, incidentId }) => tell !== undefined && incidentId !== null)
  for (const [incidentId, tells] of Map.groupBy(told, (outcome) => outcome.incidentId ?? '')) {
    const incident = await incidents.find(incidentId)
    if (!incident) continue
    const worst = WORST_FIRST.find((tell) => tells.some((outcome) => outcome.tell === tell)) ?? 'stale'
    const paged = pagedPeople(await incidents.timeline(incidentId))
    for (const to of paged.length > 0 ? paged : [personOnCall]) {
      const key = `update:${incidentId}:${worst}:${newestAlertname(incident)}:${to}`
      await outbox.queue({ incidentId, to, kind: 'update', body: updateText(incident, worst), key })
    }
  }
}

const WORST_FIRST: NonNullable<AlertOutcome['tell']>[] = ['flapping', 'stale']

/** One line. */
function updateText(incident: Pick<Incident, 'ref' | 'service' | 'alerts'>, tell: NonNullable<AlertOutcome['tell']>): string {
  const { ref, service } = incident
  const newest = incident.alerts.at(-1)
  switch (tell) {
    case 'flapping':
      return `*${ref}* ${service}: ${newest?.alertname ?? 'its alert'} comes and goes; it fires again.`
    case 'stale':
      return `*${ref}* ${service}: nothing was heard of ${newest?.alertname ?? 'its alert'} for long, and nobody said that it ended; it counts as over.`
  }
}

const newestAlertname = ({ alerts }: Incident) => alerts.at(-1)?.alertname ?? ''
