import type { IncomingMessage } from '../channels/channel.ts'
import type { InboundMessage, Store } from '../store/ports.ts'
import { decideActionWish } from './decide-action-wish.ts'
import { decideIncident, type IncidentDecision } from './decide-incident.ts'
import { decideWish } from './decide-wish.ts'
import { readRefs } from './refs.ts'

/** Stores a message with the incident that it is about. Undefined when it was stored before. When it resolves, the message is on disk. */
export async function receiveMessage(
  store: Store,
  { vendorId, from, body, quotedVendorId, incidentId }: IncomingMessage,
): Promise<InboundMessage | undefined> {
  if (incidentId !== undefined) return store.inbox.receive({ vendorId, from, body, incidentId })
  const decision = await decide(store, from, body, quotedVendorId)
  // What the person wants is the question that they were asked about, not the bare ref.
  const wanted = decision.kind === 'resume' ? decision.question : body
  const meant = decision.kind === 'incident' || decision.kind === 'resume' ? decision.id : null
  return store.inbox.receive({ vendorId, from, body: wanted, incidentId: meant })
}

/** More open incidents than this are a storm, and a person names the one they mean. */
const NEWEST = 1_000

async function decide(store: Store, from: string, body: string, quoted: string | undefined): Promise<IncidentDecision> {
  const proposed = quoted === undefined && readRefs(body).length === 0 ? await incidentOfCode(store, body) : undefined
  if (proposed !== undefined) return { kind: 'incident', id: proposed, reason: 'named' }
  const newest = await store.incidents.list(NEWEST)
  const named = await Promise.all(readRefs(body).map((ref) => store.incidents.find(ref)))
  return decideIncident({
    text: body,
    quoted: quoted === undefined ? undefined : await store.outbox.incidentOf(quoted),
    named: named.filter((incident) => incident !== undefined),
    open: newest.filter(({ status }) => status !== 'resolved'),
    latest: newest[0],
    last: await store.inbox.lastConversation(from),
    unplaced: await store.inbox.unplaced(from),
    acts: decideWish(body).kind !== 'none',
  })
}

/** The code of a proposal names its incident. */
async function incidentOfCode(store: Store, body: string): Promise<string | undefined> {
  const wish = decideActionWish(body)
  if (wish.kind === 'none' || wish.kind === 'unclear') return undefined
  if (wish.kind === 'ask' || wish.code === undefined) {
    const [only, second] = await store.actions.list({ statuses: ['proposed'] })
    return second ? undefined : only?.incident_id
  }
  const same = (await store.actions.list({ limit: NEWEST })).filter(({ code }) => code === wish.code)
  return (same.find(({ status }) => status === 'proposed') ?? same[0])?.incident_id
}
