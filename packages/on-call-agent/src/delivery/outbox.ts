import { setTimeout as sleep } from 'node:timers/promises'
import { describeError } from '@oncall-lab/service-kit/errors'
import { DeliveryError, type Messenger } from '../channels/channel.ts'
import type { OutboundMessage, Store } from '../store/ports.ts'
import { decideDelivery } from './decide-delivery.ts'

interface OutboxDependencies {
  store: Store
  messenger: Messenger
  /** Called after each attempt: `sent`, `found` (a lost answer), `retry`, `failed`. */
  onAttempt: (outcome: 'sent' | 'found' | 'retry' | 'failed') => void
}

/** A message without an incident is in no timeline, so no event wakes the outbox for it. */
const POLL_MS = 1_000

/**
 * Delivers what is queued in the store until the signal ends it, in order for each incident and recipient: tried at least once, and never sent
 * twice as far as the vendor can tell (an attempt whose answer was lost is looked up before it is repeated: Twilio knows no idempotency key).
 */
export async function runOutbox(deps: OutboxDependencies, signal: AbortSignal): Promise<void> {
  const { store } = deps
  let wake = () => {}
  signal.addEventListener('abort', () => wake(), { once: true })
  const stop = store.onEvent(({ event }) => event.kind === 'message_queued' && wake())
  try {
    while (!signal.aborted) {
      const { promise: woken, resolve } = Promise.withResolvers<void>()
      wake = resolve
      const due = await store.outbox.claimDue(new Date())
      await deliverAll(deps, due, signal)
      if (due.length === 0) await Promise.race([woken, sleep(await untilNextDue(store), undefined, { ref: false })])
    }
  } finally {
    stop()
  }
}

/** What the signal or a failing store cuts off is given back. */
async function deliverAll(deps: OutboxDependencies, due: OutboundMessage[], signal: AbortSignal): Promise<void> {
  const waiting = [...due]
  try {
    for (const message of due) {
      if (signal.aborted) return
      await deliver(deps, message)
      waiting.shift()
    }
  } finally {
    if (waiting.length > 0) await deps.store.outbox.release(waiting.map(({ id }) => id))
  }
}

async function untilNextDue(store: Store): Promise<number> {
  const next = await store.outbox.nextDue()
  return next ? Math.min(Math.max(next.getTime() - Date.now(), 1), POLL_MS) : POLL_MS
}

/** One attempt. */
async function deliver({ store, messenger, onAttempt }: OutboxDependencies, message: OutboundMessage): Promise<void> {
  const { id, recipient, body, createdAt, uncertain } = message
  const { outbox } = store
  try {
    const gone = uncertain ? await messenger.find(recipient, body, new Date(createdAt), outbox.isSent) : undefined
    if (gone === undefined) await outbox.markSending(id)
    await outbox.markAccepted(id, gone ?? (await messenger.send(recipient, body)))
    onAttempt(gone === undefined ? 'sent' : 'found')
  } catch (error) {
    const failure =
      error instanceof DeliveryError
        ? error
        : new DeliveryError(describeError(error), { code: 'unknown', retryable: true, uncertain: true, cause: error })
    const decision = decideDelivery(failure, message.attempts + 1, Date.now() - Date.parse(createdAt))
    const nextAttemptAt = decision.kind === 'retry' ? new Date(Date.now() + decision.afterMs) : null
    await outbox.markFailed(id, { code: failure.code, message: failure.message, nextAttemptAt, uncertain: uncertain || failure.uncertain })
    onAttempt(decision.kind === 'retry' ? 'retry' : 'failed')
  }
}
