import type { TimelineEvent } from '../api.ts'
import type { PageWriter } from '../channels/channel.ts'
import type { Store } from '../store/ports.ts'
import { decideEscalation } from './decide-escalation.ts'
import { readPageHistory } from './page-history.ts'
import { watchIncidents } from './watch-incidents.ts'

interface EscalationDependencies {
  store: Store
  contacts: readonly string[]
  /** How long a person has to answer; 0 never escalates silence. */
  escalateAfterMs: number
  /** Words a page anew for the channel that it goes to; without it the first page's words go on. */
  render?: PageWriter['render'] | undefined
  onError: (what: string, error: unknown) => void
  now?: () => Date
}

/** Events after which an incident is looked at. Answers are not among them: they are seen when its time has come. */
const TELLING: TimelineEvent['event']['kind'][] = ['message_queued', 'message_failed', 'message_undelivered', 'snoozed']
/**
 * Follows the pages of all open incidents: one that does not get through, or that nobody answers, is escalated. The decision and its page are one
 * transaction, so who answers in the last second is not paged again.
 */
export async function watchEscalation({
  store,
  contacts,
  escalateAfterMs,
  onError,
  render,
  now = () => new Date(),
}: EscalationDependencies) {
  async function escalate({ incidents, outbox }: Pick<Store, 'incidents' | 'outbox'>, incidentId: string) {
    const { body, madeBy, ...history } = readPageHistory(await incidents.timeline(incidentId))
    const decision = decideEscalation({ ...history, contacts, nowMs: now().getTime(), afterMs: escalateAfterMs })
    if (decision.kind !== 'page') return decision
    const { to, reason } = decision
    const lead = history.pages.some((page) => page.to === to) ? '(again)' : '(escalated)'
    const incident = await incidents.find(incidentId)
    const words = incident?.diagnosis && madeBy ? render?.(to, { incident, diagnosis: incident.diagnosis, madeBy }) : undefined
    const id = await outbox.queue({ incidentId, to, kind: 'page', body: `${lead} ${words ?? body}` })
    await incidents.append(incidentId, { kind: 'escalated', to, message_id: id, reason })
    return decision
  }

  return watchIncidents({
    store,
    what: 'escalating',
    onError,
    async look(ports, incidentId) {
      const decision = await escalate(ports, incidentId)
      return decision.kind === 'wait' ? decision.afterMs : undefined
    },
    when(event) {
      if (!TELLING.includes(event.kind)) return undefined
      // A page has the time to answer before it; all else may be the news that it does not get through.
      if (event.kind !== 'message_queued') return 0
      return event.message_kind === 'page' || event.message_kind === 'digest' ? escalateAfterMs : undefined
    },
  })
}
