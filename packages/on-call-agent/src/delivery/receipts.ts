import { DeliveryError, type Messenger, type VendorReport } from '../channels/channel.ts'
import type { Store } from '../store/ports.ts'
import { ASK_AFTER_MS, decideAgain } from './decide-receipt.ts'
import { createLanes } from './lanes.ts'

interface ReceiptDependencies {
  store: Store
  messenger: Messenger
  onError: (what: string, error: unknown) => void
  /** Called for each message of which it became known. */
  onReceipt: (outcome: VendorReport['state']) => void
  /** When a vendor is asked, after it accepted a message; shorter in tests only. */
  askAfterMs?: readonly number[] | undefined
}

/** A start takes up the messages of the last day. */
const TAKEN_UP_MS = 86_400_000
/** Vendors are asked about so many messages at a time. */
const AT_ONCE = 4

/**
 * Follows every accepted message to its end: its vendor's report, or the answer when the vendor is asked because none came. One that did not arrive
 * is sent once more where that can help; else its incident's timeline says so, and the escalation goes on from there.
 */
export async function watchReceipts({ store, messenger, onError, onReceipt, askAfterMs = ASK_AFTER_MS }: ReceiptDependencies) {
  const timers = new Map<string, NodeJS.Timeout>()
  const lanes = createLanes(AT_ONCE)
  let stopped = false

  async function report(vendorId: string, { state, ...failure }: VendorReport): Promise<void> {
    const sent = await store.outbox.findSent(vendorId)
    if (!sent) return
    const { code = 'unknown', message = '', ...again }: Partial<Extract<VendorReport, { code: string }>> = failure
    const { nextAttemptAt } = decideAgain(again, sent.attempts, Date.now())
    const isNews = await store.outbox.markDelivery(vendorId, state === 'undelivered' ? { state, code, message, nextAttemptAt } : { state })
    clearTimeout(timers.get(vendorId))
    timers.delete(vendorId)
    if (isNews) onReceipt(state)
  }

  function follow(vendorId: string, asked: number, acceptedMs: number): void {
    const askedAfterMs = askAfterMs[asked]
    if (stopped || askedAfterMs === undefined) return void timers.delete(vendorId)
    const wait = Math.max(0, acceptedMs + askedAfterMs - Date.now())
    const timer = setTimeout(() => void ask(vendorId).finally(() => timers.has(vendorId) && follow(vendorId, asked + 1, acceptedMs)), wait)
    timers.set(vendorId, timer.unref())
  }

  /** What cannot be asked now is asked at the next time. */
  async function ask(vendorId: string): Promise<void> {
    try {
      const sent = await store.outbox.findSent(vendorId)
      if (sent?.state !== 'accepted') return void timers.delete(vendorId)
      const answer = await lanes('vendor', async () => messenger.statusOf?.({ to: sent.recipient, vendorId }))
      if (answer) await report(vendorId, answer)
    } catch (error) {
      if (!stopped && !(error instanceof DeliveryError)) onError(`asking what became of ${vendorId}`, error)
    }
  }

  const stop = store.onEvent(({ event }) => {
    if (event.kind === 'message_sent') follow(event.vendor_id, 0, Date.now())
  })
  for (const { vendorId, createdAt } of await store.outbox.unreported(new Date(Date.now() - TAKEN_UP_MS))) {
    // Asked at the first time that is still to come, and at once where all have passed.
    const next = askAfterMs.findIndex((ms) => Date.parse(createdAt) + ms > Date.now())
    if (vendorId !== null) follow(vendorId, next < 0 ? askAfterMs.length - 1 : next, Date.parse(createdAt))
  }
  return {
    report,
    stop() {
      stopped = true
      stop()
      for (const timer of timers.values()) clearTimeout(timer)
    },
  }
}
