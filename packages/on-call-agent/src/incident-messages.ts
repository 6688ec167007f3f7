import { type Static, Type } from 'typebox'
import type { TimelineEvent } from './api.ts'
import { Nullable } from './nullable.ts'

const At = Nullable(Type.String({ description: 'RFC 3339, UTC.' }))

/** A message of an incident with what became of it. `id` is null for one that came in. */
export const MessageFate = Type.Object({
  id: Nullable(Type.Integer()),
  direction: Type.Enum(['out', 'in'], { type: 'string' }),
  /** The other side: who is written to, or who wrote. */
  person: Type.String(),
  kind: Nullable(Type.String()),
  body: Type.String(),
  /** When it was queued, or came in. */
  at: Type.String(),
  sent_at: At,
  delivered_at: At,
  read_at: At,
  /** Why its last attempt failed, or it did not arrive. */
  failure: Nullable(Type.String()),
  /** It went out as an approved template, which may hold less than its text. */
  as_template: Type.Boolean(),
})
export type MessageFate = Static<typeof MessageFate>

/** The messages of a timeline in their order, each with its fate. */
export function messageFates(timeline: TimelineEvent[]): MessageFate[] {
  const open = { sent_at: null, delivered_at: null, read_at: null, failure: null, as_template: false }
  const fates: MessageFate[] = []
  const byId = new Map<number, MessageFate>()
  for (const { at, event } of timeline) {
    if (event.kind === 'message_received')
      fates.push({ id: null, direction: 'in', person: event.from, kind: null, body: event.body, at, ...open })
    if (event.kind === 'message_queued') {
      const { message_id: id, to: person, body, message_kind: kind = null } = event
      const fate: MessageFate = { id, direction: 'out', person, kind, body, at, ...open }
      fates.push(fate)
      byId.set(id, fate)
    }
    const known = 'message_id' in event ? byId.get(event.message_id) : undefined
    if (known) settle(known, at, event)
  }
  return fates
}

function settle(fate: MessageFate, at: string, event: TimelineEvent['event']): void {
  switch (event.kind) {
    case 'message_sent':
      Object.assign(fate, { sent_at: at, failure: null, as_template: event.form === 'template' })
      return
    case 'message_delivered':
      fate.delivered_at = at
      return
    case 'message_read':
      fate.read_at = at
      return
    case 'message_failed':
      fate.failure = `${event.code}: ${event.message}${event.final ? '' : ' (tried again)'}`
      return
    case 'message_undelivered':
      fate.failure = event.reason ? `${event.code}: ${event.reason}` : event.code
      return
    default:
  }
}
