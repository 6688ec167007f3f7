import type { IncomingMessage } from '../channels/channel.ts'
import type { IncidentStore } from '../store/ports.ts'
import { decideIncident } from './decide-incident.ts'
import { decideWish } from './decide-wish.ts'
import { readRefs } from './refs.ts'

/** Stores a message with the incident that it is about. Undefined when it was stored before. When it returns, the message is on disk. */
export function receiveMessage(store: IncidentStore, { sid, from, body, quotedSid, incidentId }: IncomingMessage): number | undefined {
  const named = incidentId ?? decide(store, from, body, quotedSid)
  return store.receiveMessage({ sid, from, body, incidentId: named })
}

function decide(store: IncidentStore, from: string, body: string, quotedSid: string | undefined): string | null {
  const newest = store.list(100)
  const decision = decideIncident({
    text: body,
    quoted: quotedSid === undefined ? undefined : store.incidentOfSentMessage(quotedSid),
    named: readRefs(body).flatMap((ref) => store.find(ref) ?? []),
    open: newest.filter(({ status }) => status !== 'resolved'),
    latest: newest[0],
    last: store.lastConversation(from),
    unplaced: undefined,
    acts: decideWish(body).kind !== 'none',
  })
  return decision.kind === 'incident' ? decision.id : null
}
