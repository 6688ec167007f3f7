import { UpstreamError } from '@oncall-lab/service-kit/errors'
import type { Incident } from '../api.ts'
import { oneLine } from '../channels/outgoing-text.ts'
import { clock } from '../channels/page.ts'
import { seenErrorRate } from '../investigation/investigator.ts'
import type { TurnDependencies } from '../investigation/turn.ts'
import type { InboundMessage, Store } from '../store/ports.ts'
import type { Target } from '../targets/target.ts'
import type { Deed } from './decide-deeds.ts'

/** A tracker, as far as people's words reach it; its failures are `UpstreamError`s in words. */
interface TicketKeeper {
  owns(key: string): boolean
  comment(key: string, text: string): Promise<void>
  close(key: string): Promise<void>
}

/** What doing needs. */
export interface DeedDependencies extends TurnDependencies {
  store: Store
  targets: readonly Target[]
  /** Where comments go, and tickets are closed. */
  trackers: readonly TicketKeeper[]
}

type Context = DeedDependencies & { incident: Incident; message: InboundMessage; signal: AbortSignal }

/** Does what a message does, once; returns a sentence for each. */
export async function doDeeds(deeds: Deed[], context: Context): Promise<string[]> {
  const sentences: string[] = []
  for (const deed of deeds) sentences.push(await doDeed(deed, context))
  return sentences
}

async function doDeed(deed: Deed, context: Context): Promise<string> {
  switch (deed.kind) {
    case 'acknowledge':
      return acknowledge(context)
    case 'false_alarm':
      return callFalseAlarm(context)
    case 'snooze':
      return snooze(context, deed.minutes)
    case 'comment':
      return changeTicket(context, 'comment', (tracker, key) => tracker.comment(key, deed.text))
    case 'close_ticket':
      return changeTicket(context, 'close', (tracker, key) => tracker.close(key))
    case 'resolve':
      return whenItResolves(context.incident)
  }
}

async function acknowledge({ store, incident, message }: Context): Promise<string> {
  await store.incidents.acknowledge(incident.id, message.from)
  const other = incident.acknowledged_by && incident.acknowledged_by !== message.from
  const [first] = incident.diagnosis?.next_steps ?? []
  const hint = first && incident.resolved_at === null ? ` *First:* ${oneLine(first, 300)}` : ''
  if (other) return `Noted. Somebody else has been on it since ${clock(incident.acknowledged_at ?? '')} UTC.${hint}`
  return `Noted: you are on it, and nobody else is paged.${hint}`
}

async function callFalseAlarm(context: Context): Promise<string> {
  const { store, incident, message, signal } = context
  await store.incidents.append(incident.id, { kind: 'called_false_alarm', by: message.from })
  await store.incidents.acknowledge(incident.id, message.from)
  const rate = await seenErrorRate(context, incident, signal).catch(() => undefined)
  signal.throwIfAborted()
  const seen =
    rate !== undefined && rate > 0.02
      ? ` Just now ${Math.round(rate * 100)} % of the requests of ${oneLine(incident.service, 60)} fail, so please look before you go.`
      : ''
  return `Noted as a false alarm by you; nobody else is paged.${seen} The alert ends when its rule does not fire any more.`
}

async function snooze({ store, incident, message }: Context, minutes: number): Promise<string> {
  if (incident.resolved_at !== null) return `It is resolved since ${clock(incident.resolved_at)} UTC, so no page comes.`
  const until = new Date(Date.now() + minutes * 60_000).toISOString()
  await store.incidents.append(incident.id, { kind: 'snoozed', by: message.from, until })
  return `No page about it until ${clock(until)} UTC (${minutes} min). If it is still open then, I page you again. What gets worse I tell you at once.`
}

/** That it is asked for is on disk before the tracker is, so after a crash it is not done twice. */
async function changeTicket(
  { store, trackers, incident, message }: Context,
  change: 'comment' | 'close',
  act: (tracker: TicketKeeper, key: string) => Promise<void>,
): Promise<string> {
  const key = incident.ticket?.key
  const tracker = key === undefined ? undefined : trackers.find(({ owns }) => owns(key))
  const what = change === 'comment' ? 'The comment was' : 'The ticket was'
  if (key === undefined)
    return `${what} not ${change === 'comment' ? 'written' : 'closed'}: there is no ticket yet. Write *create ticket* first.`
  if (!tracker) return `${what} not ${change === 'comment' ? 'written' : 'closed'}: I cannot reach the tracker of ${key}.`
  const done = (await store.incidents.timeline(incident.id)).some(
    ({ event }) => event.kind === 'ticket_changed' && event.inbound_id === message.id && event.change === change,
  )
  if (done) return `I was interrupted while I did that: please look at *${key}* yourself.\n${incident.ticket?.url ?? ''}`
  await store.incidents.append(incident.id, { kind: 'ticket_changed', change, key, by: message.from, inbound_id: message.id })
  try {
    await act(tracker, key)
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error
    const doubt = 'claim' in error && error.claim === 'uncertain' ? 'may not have been' : 'was not'
    return `${what.replace(' was', '')} ${doubt} ${change === 'comment' ? 'written' : 'closed'}: ${error.message}.`
  }
  return change === 'comment' ? `Your comment stands in *${key}*.` : `*${key}* is closed.`
}

function whenItResolves({ resolved_at, alerts }: Incident): string {
  if (resolved_at !== null) return `It is resolved since ${clock(resolved_at)} UTC.`
  const open = [...new Set(alerts.filter(({ ends_at }) => ends_at === null).map(({ alertname }) => alertname))]
  return `It is resolved when its alert ends; ${oneLine(open.join(', '), 120) || 'its alert'} still fires. For quiet write *snooze 30 min*, for the ticket *close the ticket*.`
}
