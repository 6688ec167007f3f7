import { setTimeout as sleep } from 'node:timers/promises'
import type { Messenger } from '../../src/channels/channel.ts'
import { runOutbox } from '../../src/delivery/outbox.ts'
import { watchReceipts } from '../../src/delivery/receipts.ts'
import type { OutboundMessage, OutboxState } from '../../src/store/ports.ts'
import { createSqliteStore } from '../../src/store/sqlite/sqlite-store.ts'
import { receivedAlert } from '../../test-parts/alerts.ts'

/** Times are shorter than the agent's own by the same measure for the vendor and for us. */
export const TIMEOUT_MS = 400
export const LONGER_MS = 900
export const SETTLE_MS = 1_500

/** How one fault went: how many messages there should be, are there, are not, and are there more than once. */
export interface Seen {
  sends: number
  there: number
  lost: number
  twice: number
  /** How often the fault was felt, where that is counted: as often as there are sends, or the run says nothing. */
  struck?: number
  [more: string]: unknown
}

/** What each of as many sends left behind. */
export function seenBy(counts: number[], more: Record<string, unknown> = {}): Seen {
  const there = counts.filter((count) => count > 0).length
  return { sends: counts.length, there, lost: counts.length - there, twice: counts.filter((count) => count > 1).length, ...more }
}

export async function until(what: string, holds: () => Promise<boolean>): Promise<boolean> {
  for (const end = Date.now() + 240_000; Date.now() < end; await sleep(100)) if (await holds()) return true
  console.error(`${what} did not come within 240 s`)
  return false
}

interface Delivery {
  messenger: Messenger
  /** As many people, so that one does not wait for the other. */
  people: string[]
  /** They wrote lately. */
  wrote?: boolean
  /** The state of a message that has arrived, as far as this channel tells. */
  arrives: OutboxState
  what: string
}

/** Sends a page to each of the people by the agent's own outbox, until each has arrived; returns those that did, and how many did not. */
export async function deliver({
  messenger,
  people,
  wrote = false,
  arrives,
  what,
}: Delivery): Promise<{ arrived: OutboundMessage[]; unsettled: number }> {
  await using store = createSqliteStore(':memory:')
  if (wrote) for (const from of people) await store.inbox.receive({ vendorId: `SM-${from}`, from, body: 'hello', incidentId: null })
  const ending = new AbortController()
  const onError = (failed: string, error: unknown) => console.error(failed, error)
  const receipts = await watchReceipts({ store, messenger, onError, onReceipt: () => {}, askAfterMs: [1_000, 2_000, 4_000, 8_000, 30_000] })
  const [{ incidentId } = { incidentId: null }] = await store.alerts.apply([receivedAlert()])
  for (const to of people) await store.outbox.queue({ incidentId, to, kind: 'page', body: 'A page' })
  const running = runOutbox({ store, messenger, onAttempt: () => {}, settleMs: SETTLE_MS }, ending.signal)
  await until(what, async () => (await store.outbox.list([arrives])).length === people.length)
  const arrived = await store.outbox.list([arrives])
  ending.abort()
  receipts.stop()
  await running
  return { arrived, unsettled: people.length - arrived.length }
}
