import { setTimeout as delay } from 'node:timers/promises'
import type { ConnectorFacts } from '@oncall-lab/on-call-agent/api'
import { agentToken } from '../agent-access.ts'
import type { Lab } from '../lab.ts'
import { isReal } from '../vendors.ts'
import { type Customers, describeErrors, startCustomers } from './customers.ts'
import { type EventOf, type Evidence, eventsOf } from './evidence.ts'
import { type Observation, observe } from './observe.ts'
import { DidNotCome, waitFor } from './patience.ts'
import type { Story } from './story.ts'
import type { Witnesses } from './witnesses.ts'

/** How long each act lasts, or may last, in seconds. */
export interface Pace {
  /** Traffic without errors, so that there are rates to compare with. */
  normal: number
  wantedAlerts: string[]
  firingWithin: number
  resolvedWithin: number
}

/** The default: only the rule for a burst of errors. */
export const QUICK: Pace = { normal: 12, wantedAlerts: ['InventoryErrorBurst'], firingWithin: 60, resolvedWithin: 120 }

/** Until the rule with the long window fires too; it joins the incident. */
export const FULL: Pace = {
  normal: 60,
  wantedAlerts: ['InventoryErrorBurst', 'InventoryHighErrorRate'],
  firingWithin: 240,
  resolvedWithin: 240,
}

const REPLY = 'create Jira task and assign to Ravi'
const PERSON_REPLIES_WITHIN = 900
/** What must not happen after the close would happen within this. */
const STAYS_CLOSED_MS = 2_000
const NORMAL_RPS = 15
/** So many that customers of a lab that ran already do not hide the errors. */
const ERROR_RPS = 20
/** Busier than before the fault, so that the windows of the rules are soon full of good answers. */
const RECOVERY_RPS = 40

interface Stage {
  lab: Lab
  pace: Pace
  witnesses: Witnesses
  story: Story
  connectors: ConnectorFacts[]
  signal: AbortSignal
}

/** Plays the incident from the first customer to the closed incident, and returns what was seen. Stops at the first link that does not come. */
export async function play(stage: Stage): Promise<Evidence> {
  const { lab, witnesses, story, signal } = stage
  const known = new Set((await witnesses.incidents()).map(({ id }) => id))
  const ending = new AbortController()
  const watch = AbortSignal.any([signal, ending.signal])
  const { seen, ended } = observe({
    agent: { url: lab.book.url('agent'), token: agentToken(lab.env) },
    witnesses,
    story,
    known,
    signal: watch,
  })
  const found: Found = { firstErrorAt: null }
  try {
    await playActs(stage, seen, found)
  } catch (error) {
    if (!(error instanceof DidNotCome)) throw error
    story.tell({ who: 'MISSING', what: error.message })
  } finally {
    story.wait('')
    await story.told()
    ending.abort()
    await ended
  }
  return gatherEvidence(stage, seen, found)
}

interface Found {
  firstErrorAt: string | null
}

async function playActs(stage: Stage, seen: Observation, found: Found): Promise<void> {
  const { lab, pace, story } = stage
  await story.act(`Customers: ${pace.normal} s of normal traffic, then requests to a route that is broken (seconds count from here)`)
  const seconds = pace.normal + 1_200
  const customers = startCustomers(lab, {
    profile: 'agentic',
    duration: seconds,
    'normal-duration': pace.normal,
    'normal-rps': NORMAL_RPS,
    'error-duration': seconds - pace.normal,
    'error-rps': ERROR_RPS,
    'report-every': 1,
  })
  try {
    await awaitPage(stage, seen, found, customers)
    await converse(stage, seen, customers)
    await awaitAlerts(stage, seen, customers)
  } finally {
    await customers.stop()
  }
  await recover(stage, seen)
}

/** From the first error to the message on the phone. */
async function awaitPage({ pace, witnesses, story, signal }: Stage, seen: Observation, found: Found, customers: Customers): Promise<void> {
  const begin = Date.now()
  const wait = waiter(story, signal, customers)
  found.firstErrorAt = await wait('the first error of a customer', pace.normal + 30, async () => {
    const oldest = await witnesses.firstError(Math.ceil((Date.now() - begin) / 1_000) + 1)
    return oldest && Date.parse(oldest) >= begin ? oldest : null
  })
  seen.faulty = true
  await story.act('Fault: customers get errors')
  await wait('the first alert', pace.firingWithin, () => seen.fired.size || null)
  await wait("Alertmanager's webhook to the agent", 30, () => seen.incidentId)
  await wait('the diagnosis', 120, () => eventsOf(seen.timeline, 'diagnosis')[0] ?? null)
  await wait('the message to the phone', 30, () => pageOf(seen))
}

/** The reply, the ticket, and the answer that names it. */
async function converse({ witnesses, story, connectors, signal }: Stage, seen: Observation, customers: Customers): Promise<void> {
  const wait = waiter(story, signal, customers)
  const real = isReal('whatsapp', connectors)
  await story.act(real ? `Your turn: reply on your phone, e.g. "${REPLY}"` : 'The person on call replies')
  if (!real) await witnesses.writeOnPhone(REPLY)
  await wait('the reply at the agent', real ? PERSON_REPLIES_WITHIN : 20, () => eventsOf(seen.timeline, 'message_received')[0] ?? null)
  const ticket = await wait('the ticket', real ? PERSON_REPLIES_WITHIN : 90, () => eventsOf(seen.timeline, 'ticket_created')[0] ?? null)
  await wait('the message that names the ticket', 30, () => confirmationOf(seen, ticket))
}

async function awaitAlerts({ pace, story, signal }: Stage, seen: Observation, customers: Customers): Promise<void> {
  const wait = waiter(story, signal, customers)
  for (const name of pace.wantedAlerts)
    await wait(`${name} in the incident`, pace.firingWithin, () =>
      eventsOf(seen.timeline, 'alert_firing').some(({ alertname }) => alertname === name) ? true : null,
    )
}

async function recover({ lab, pace, story, signal }: Stage, seen: Observation): Promise<void> {
  await story.act('The fault ends: only good traffic from here')
  const customers = startCustomers(lab, { profile: 'constant', rps: RECOVERY_RPS, duration: 1_200, 'report-every': 1 })
  const wait = waiter(story, signal, customers)
  try {
    await wait('the alerts to resolve', pace.resolvedWithin, () => (seen.alerts?.some(({ state }) => state === 'firing') ? null : true))
    await wait('the incident to close', 60, () => eventsOf(seen.timeline, 'incident_resolved')[0] ?? null)
    story.wait('looking that it stays closed')
    await delay(STAYS_CLOSED_MS, undefined, { signal }).catch(() => undefined)
  } finally {
    await customers.stop()
  }
}

const WORD_EVERY_MS = 5_000

/** Awaits one thing after the other; while it does, the customers report every few seconds. */
function waiter(story: Story, signal: AbortSignal, customers: Customers) {
  let nextWord = Date.now() + WORD_EVERY_MS
  return <T>(what: string, seconds: number, ask: () => T | null | Promise<T | null>): Promise<T> => {
    const askAndShow = () => {
      const errors = describeErrors(customers.errorPercents())
      story.wait(`waiting for ${what}   ${errors}`)
      if (Date.now() >= nextWord) {
        nextWord = Date.now() + WORD_EVERY_MS
        story.tell({ who: 'customers', what: errors })
      }
      return ask()
    }
    return waitFor(what, seconds, askAndShow, { signal, broken: customers.failure })
  }
}

function pageOf({ timeline }: Observation): EventOf<'message_sent'> | null {
  const [diagnosis] = eventsOf(timeline, 'diagnosis')
  return eventsOf(timeline, 'message_sent').find(({ id }) => diagnosis && id > diagnosis.id) ?? null
}

function confirmationOf({ timeline }: Observation, ticket: EventOf<'ticket_created'>): EventOf<'message_sent'> | null {
  const queued = eventsOf(timeline, 'message_queued').filter(({ body }) => body.includes(ticket.key))
  return eventsOf(timeline, 'message_sent').find(({ message_id }) => queued.some((each) => each.message_id === message_id)) ?? null
}

async function gatherEvidence({ pace, witnesses, connectors }: Stage, seen: Observation, found: Found): Promise<Evidence> {
  const realPhone = isReal('whatsapp', connectors)
  const asksJira = !isReal('jira', connectors)
  const [ticket] = eventsOf(seen.timeline, 'ticket_created')
  const [incident, messages, issue, alerts] = await Promise.all([
    seen.incidentId ? witnesses.incident(seen.incidentId).catch(() => null) : null,
    realPhone ? null : witnesses.messages().catch(() => []),
    ticket && asksJira ? witnesses.issue(ticket.key).catch(() => null) : null,
    witnesses.alerts().catch(() => []),
  ])
  const ours = alerts.filter(({ labels, state }) => labels.service === 'inventory' && state === 'firing')
  return {
    wantedAlerts: pace.wantedAlerts,
    firstErrorAt: found.firstErrorAt,
    fired: [...seen.fired],
    incident,
    messages,
    issue,
    asksJira,
    wantedAssignee: realPhone ? null : 'Ravi',
    firingAtEnd: ours.map(({ labels }) => labels.alertname ?? ''),
  }
}
