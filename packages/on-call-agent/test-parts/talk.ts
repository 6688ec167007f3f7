import { guard } from '@oncall-lab/service-kit/guard'
import { redact } from '@oncall-lab/service-kit/redact'
import { Registry } from 'prom-client'
import { startAgent } from '../src/agent.ts'
import type { TimelineEvent } from '../src/api.ts'
import { LIMITS } from '../src/functions/limits.ts'
import { createMetrics } from '../src/metrics.ts'
import type { Model } from '../src/models/model.ts'
import { createSqliteStore } from '../src/store/sqlite/sqlite-store.ts'
import { createTicket } from '../src/trackers/create-ticket.ts'
import { receivedAlert } from './alerts.ts'
import { lookTarget } from './look-tools.ts'
import { recordingJira } from './recording-jira.ts'
import { recordingMessenger } from './recording-messenger.ts'

const PERSON = 'whatsapp:+15550100001'

/** How many incidents are open, and whether one was there before and is over. */
export interface Situation {
  open: 1 | 2
  resolved?: boolean
}

/** What one message did and was answered. */
export interface Outcome {
  /** `I1 acknowledged`, `I2 ticket_created Ravi Kumar`, … in the order in which it happened. */
  deeds: string[]
  answer: string
}

const DEEDS: TimelineEvent['event']['kind'][] = [
  'acknowledged',
  'snoozed',
  'called_false_alarm',
  'ticket_created',
  'ticket_changed',
  'incident_resolved',
]

/** An agent with these incidents, paged; the messages before the last one are written first, each after the answer to the one before. */
export async function converse(model: Model, { open, resolved = false }: Situation, messages: string[]): Promise<Outcome> {
  const store = guard(createSqliteStore(':memory:'), redact)
  const phone = recordingMessenger()
  const jira = recordingJira()
  const agent = await startAgent({
    store,
    model: guard(model, redact),
    targets: [lookTarget()],
    actTools: [createTicket(guard(jira, redact), store)],
    trackers: [guard(jira, redact)],
    messenger: guard(phone, redact),
    contacts: [PERSON],
    limits: LIMITS,
    metrics: createMetrics(new Registry()),
    onError: () => {},
    retryMs: 1,
  })
  try {
    const services = resolved ? ['checkout', 'inventory', 'payments'] : ['inventory', 'payments']
    for (const service of services.slice(0, open + Number(resolved))) {
      const alert = { service, labels: { service }, fingerprint: `f-${service}` }
      await agent.receiveAlerts([receivedAlert(alert)])
      await agent.idle()
      if (service === 'checkout') await agent.receiveAlerts([receivedAlert({ ...alert, status: 'resolved' })])
    }
    await settled(phone)
    let before = await store.incidents.newestEventId()
    let heard = 0
    for (const body of messages) {
      before = await store.incidents.newestEventId()
      heard = phone.delivered.length
      await agent.takeMessage({ vendorId: null, from: PERSON, body })
      await agent.idle()
      await settled(phone, heard + 1)
    }
    const refs = new Map((await store.incidents.list(10)).map(({ id, ref }) => [id, ref]))
    const events = await store.incidents.eventsAfter(before, 1_000)
    return {
      deeds: events
        .filter(({ event }) => DEEDS.includes(event.kind))
        .map(({ incident_id, event }) => `${refs.get(incident_id)} ${deedOf(event)}`),
      answer: phone.bodies().slice(heard).join('\n'),
    }
  } finally {
    await agent[Symbol.asyncDispose]()
    await store[Symbol.asyncDispose]()
  }
}

function deedOf(event: TimelineEvent['event']): string {
  if (event.kind === 'ticket_created') return `${event.kind} ${event.assignee ?? 'nobody'}`
  return event.kind === 'ticket_changed' ? event.change : event.kind
}

/** So many messages are on the phone, and no more come. */
async function settled(phone: ReturnType<typeof recordingMessenger>, least = 0): Promise<void> {
  for (let last = -1, still = 0, tries = 0; still < 3 && tries < 2_000; tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, 2))
    still = phone.delivered.length >= least && phone.delivered.length === last ? still + 1 : 0
    last = phone.delivered.length
  }
}
