import type { IncomingMessage } from '../channels/channel.ts'
import type { InboundMessage, Store } from '../store/ports.ts'
import { decideIncident } from './decide-incident.ts'
import { decideWish } from './decide-wish.ts'
import { readRefs } from './refs.ts'

/** Stores a message with the incident that it is about. Undefined when it was stored before. When it resolves, the message is on disk. */
export async function receiveMessage(
  store: Store,
  { vendorId, from, body, quotedVendorId, incidentId }: IncomingMessage,
): Promise<InboundMessage | undefined> {
  const named = incidentId ?? (await decide(store, from, body, quotedVendorId))
  return store.inbox.receive({ vendorId, from, body, incidentId: named })
}

async function decide(store: Store, from: string, body: string, quoted: string | undefined): Promise<string | null> {
  const newest = await store.incidents.list(100)
  const named = await Promise.all(readRefs(body).map((ref) => store.incidents.find(ref)))
  const decision = decideIncident({
    text: body,
    quoted: quoted === undefined ? undefined : await store.outbox.incidentOf(quoted),
    named: named.filter((incident) => incident !== undefined),
    open: newest.filter(({ status }) => status !== 'resolved'),
    latest: newest[0],
    last: await store.inbox.lastConversation(from),
    unplaced: undefined,
    acts: decideWish(body).kind !== 'none',
  })
  return decision.kind === 'incident' ? decision.id : null
}
