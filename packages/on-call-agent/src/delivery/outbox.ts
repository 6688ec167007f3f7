import { setTimeout as sleep } from 'node:timers/promises'
import { describeError } from '@oncall-lab/service-kit/errors'
import { DeliveryError, type Messenger } from '../channels/channel.ts'
import type { IncidentStore, OutboundMessage } from '../store/ports.ts'
import { decideDelivery } from './decide-delivery.ts'

interface OutboxDependencies {
  store: IncidentStore
  messenger: Messenger
  /** Hears of each attempt: `sent`, `found` (a lost answer), `retry`, `failed`. */
  onAttempt: (outcome: 'sent' | 'found' | 'retry' | 'failed') => void
}

/**
 * Delivers what is queued in the store, in order, until the signal ends it: at least once tried, and never twice as far as the vendor can tell
 * (an attempt whose answer was lost is looked up before it is repeated: Twilio knows no idempotency key).
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
      const [message] = store.outbox()
      // A message without an incident is in no timeline, so no event tells of it.
      if (!message) await Promise.race([woken, sleep(1_000, undefined, { ref: false })])
      else await sleep(await deliver(deps, message), undefined, { signal })
    }
  } catch (error) {
    if (!signal.aborted) throw error
  } finally {
    stop()
  }
}

/** One attempt; returns the pause before the next one in ms. */
async function deliver({ store, messenger, onAttempt }: OutboxDependencies, message: OutboundMessage): Promise<number> {
  const { id, to, body, createdAt, uncertain } = message
  try {
    const gone = uncertain ? await messenger.find(to, body, new Date(createdAt), store.isSent) : undefined
    if (gone === undefined) store.markSending(id)
    store.markSent(id, gone ?? (await messenger.send(to, body)))
    onAttempt(gone === undefined ? 'sent' : 'found')
    return 0
  } catch (error) {
    const failure =
      error instanceof DeliveryError
        ? error
        : new DeliveryError(describeError(error), { code: 'unknown', retryable: true, uncertain: true, cause: error })
    const decision = decideDelivery(failure, message.attempts + 1, Date.now() - Date.parse(createdAt))
    const final = decision.kind === 'give_up'
    store.markFailed(id, { code: failure.code, message: failure.message, final, uncertain: uncertain || failure.uncertain })
    onAttempt(final ? 'failed' : 'retry')
    return decision.kind === 'retry' ? decision.afterMs : 0
  }
}
