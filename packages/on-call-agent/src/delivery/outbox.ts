import { setTimeout as sleep } from 'node:timers/promises'
import { describeError } from '@oncall-lab/service-kit/errors'
import { type Accepted, DeliveryError, type MessageSubject, type Messenger, type OutgoingMessage } from '../channels/channel.ts'
import type { OutboundMessage, Store } from '../store/ports.ts'
import { decideDelivery } from './decide-delivery.ts'
import { decideLook } from './decide-look.ts'
import { createLanes } from './lanes.ts'
import { referenceOf } from './reference.ts'

interface OutboxDependencies {
  store: Store
  messenger: Messenger
  /** Called after each attempt: `sent`, `repeated` (after an attempt that nobody can tell of), `found` (a lost answer), `retry`, `failed`. */
  onAttempt: (outcome: AttemptOutcome) => void
  /** For how long a vendor may hold a request whose caller has gone; shorter in tests only. */
  settleMs?: number | undefined
}

export type AttemptOutcome = 'sent' | 'repeated' | 'found' | 'retry' | 'failed'

/** A message without an incident is in no timeline, so no event wakes the outbox for it. */
const POLL_MS = 1_000
const SHORTEST_WAIT_MS = 10
const SETTLE_MS = 30_000
/** Attempts at one recipient side by side: one that hangs holds up nobody else, and few of its own. */
const SIDE_BY_SIDE = 4

/**
 * Delivers what is queued in the store until the signal ends it. Order holds within one incident and recipient only: a sick message or a dead address
 * holds up nobody else. That an attempt begins is on disk before the vendor is called; an attempt of which nobody knows the end is asked for, and
 * repeated, with a word, only when the vendor has not had it for `settleMs` (Twilio knows no idempotency key).
 */
export async function runOutbox(deps: OutboxDependencies, signal: AbortSignal): Promise<void> {
  const { store, settleMs = SETTLE_MS } = deps
  const lanes = createLanes(SIDE_BY_SIDE)
  const inFlight = new Map<number, Promise<void>>()
  let broken: { error: unknown } | undefined
  let wake = () => {}
  const onAbort = () => wake()
  signal.addEventListener('abort', onAbort, { once: true })
  const stop = store.onEvent(({ event }) => event.kind === 'message_queued' && wake())

  const begin = (message: OutboundMessage) => {
    if (inFlight.has(message.id)) return
    const work = deliver({ ...deps, settleMs, inLane: (task) => lanes(message.recipient, task) }, message, signal)
      .catch((error: unknown) => {
        broken ??= { error }
      })
      .finally(() => {
        inFlight.delete(message.id)
        wake()
      })
    inFlight.set(message.id, work)
  }

  try {
    while (!signal.aborted && !broken) {
      const { promise: woken, resolve } = Promise.withResolvers<void>()
      wake = resolve
      const due = await store.outbox.claimDue(new Date(), { leaseMs: 2 * settleMs + 60_000 })
      for (const message of due) begin(message)
      if (due.length === 0) await Promise.race([woken, sleep(await untilNextDue(store), undefined, { ref: false })])
    }
  } finally {
    stop()
    signal.removeEventListener('abort', onAbort)
    await Promise.all(inFlight.values())
  }
  if (broken && !signal.aborted) throw broken.error
}

async function untilNextDue(store: Store): Promise<number> {
  const next = await store.outbox.nextDue()
  return next ? Math.min(Math.max(next.getTime() - Date.now(), SHORTEST_WAIT_MS), POLL_MS) : POLL_MS
}

interface DeliverDependencies extends OutboxDependencies {
  settleMs: number
  inLane: <T>(task: () => Promise<T>) => Promise<T>
}

/** One attempt, with the questions that have to come before it. What the signal or a failing store cuts off is given back. */
async function deliver(deps: DeliverDependencies, message: OutboundMessage, signal: AbortSignal): Promise<void> {
  const { store, messenger, onAttempt, inLane } = deps
  const { id } = message
  const outgoing = await compose(store, message)
  let begun = false
  try {
    const found = message.uncertain ? await findLost(deps, outgoing, signal) : undefined
    if (found !== undefined) {
      await record(() => store.outbox.markAccepted(id, found))
      onAttempt('found')
      return
    }
    await inLane(async () => {
      signal.throwIfAborted()
      await store.outbox.markSending(id)
      begun = true
      const sent = await messenger.send(outgoing).then(
        (accepted) => ({ accepted }),
        (error: unknown) => ({ error }),
      )
      if ('error' in sent) await recordFailure(deps, message, asDeliveryError(sent.error))
      else {
        await record(() => recordAccepted(store, id, sent.accepted))
        onAttempt(outgoing.repeat ? 'repeated' : 'sent')
      }
    })
  } catch (error) {
    if (!begun) await store.outbox.release([id]).catch(() => {})
    if (!signal.aborted) throw error
  }
}

async function compose({ incidents, inbox }: Store, message: OutboundMessage): Promise<OutgoingMessage> {
  const { recipient: to, body, kind, incidentId, uncertain: repeat } = message
  const incident = incidentId === null ? undefined : await incidents.find(incidentId)
  const about = incident && subjectOf(incident)
  return { to, body, kind, repeat, reference: referenceOf(message), incident: about, lastHeardAt: await inbox.lastHeard(to) }
}

const subjectOf = ({ id, ref, service, severity, status, opened_at }: MessageSubject): MessageSubject => ({
  id,
  ref,
  service,
  severity,
  status,
  opened_at,
})

async function recordAccepted(store: Store, id: number, { vendorId, form, delivered }: Accepted): Promise<void> {
  await store.transaction(async ({ outbox }) => {
    await outbox.markAccepted(id, vendorId, form)
    if (delivered) await outbox.markDelivery(vendorId, { state: 'delivered' })
  })
}

/** Asks the vendor for a message until it is found, or has had the time to turn up. */
async function findLost(
  { messenger, settleMs }: DeliverDependencies,
  message: OutgoingMessage,
  signal: AbortSignal,
): Promise<string | undefined> {
  const began = performance.now()
  let looks = 0
  let failures = 0
  for (;;) {
    const decision = decideLook({ elapsedMs: performance.now() - began, looks, failures, settleMs })
    if (decision.kind === 'repeat') return undefined
    await sleep(decision.afterMs, undefined, { signal })
    try {
      const found = await messenger.find(message)
      if (found !== undefined) return found
      looks += 1
      failures = 0
    } catch (error) {
      if (!(error instanceof DeliveryError)) throw error
      failures += 1
    }
  }
}

async function recordFailure({ store, onAttempt }: DeliverDependencies, message: OutboundMessage, failure: DeliveryError): Promise<void> {
  const { id, incidentId, attempts, createdAt } = message
  const decision = decideDelivery(failure, attempts + 1, Date.now() - Date.parse(createdAt))
  const nextAttemptAt = decision.kind === 'retry' ? new Date(Date.now() + decision.afterMs) : null
  await record(() =>
    store.transaction(async ({ outbox, incidents }) => {
      await outbox.markFailed(id, { code: failure.code, message: failure.message, nextAttemptAt, uncertain: failure.uncertain })
      if (decision.kind === 'give_up' && incidentId !== null)
        await incidents.append(incidentId, { kind: 'message_undelivered', message_id: id, code: failure.code })
    }),
  )
  onAttempt(decision.kind === 'retry' ? 'retry' : 'failed')
}

/** How an attempt ended is known only here: a store that fails for a moment is tried again, for two seconds and a half in all. */
async function record(write: () => Promise<unknown>): Promise<void> {
  for (let pauseMs = 10; ; pauseMs *= 2) {
    try {
      await write()
      return
    } catch (error) {
      if (pauseMs > 1_000) throw error
      await sleep(pauseMs)
    }
  }
}

/** An error that nobody foresaw may have come after the message was out. */
function asDeliveryError(error: unknown): DeliveryError {
  if (error instanceof DeliveryError) return error
  return new DeliveryError(describeError(error), { code: 'unknown', retryable: true, uncertain: true, cause: error })
}
