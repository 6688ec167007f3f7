import type { ItemPage, StoredItem } from '../api.ts'

/** How a reservation went; `left` is what remains in stock. */
export type ReserveOutcome = { kind: 'reserved'; left: number } | { kind: 'not_enough'; left: number } | { kind: 'unknown_item' }

/**
 * The items, the same for all instances. A call that the storage cannot serve now throws StorageUnavailable, any other failure the storage's own error; the next call tries again.
 * `item-store.contract.ts` is the test suite of every implementation.
 */
export interface ItemStore extends AsyncDisposable {
  get(id: string): Promise<StoredItem | null>
  put(item: StoredItem): Promise<'created' | 'replaced'>
  /** False when there was none. */
  remove(id: string): Promise<boolean>
  /** Up to `limit` items whose ids sort behind `after` (as texts, byte by byte). */
  page(options: { limit: number; after: string }): Promise<ItemPage>
  /** Takes `quantity` pieces out of stock, all or none, atomically over all instances. */
  reserve(id: string, quantity: number): Promise<ReserveOutcome>
  /** Any item, null when there is none. */
  pickAny(): Promise<StoredItem | null>
  /** How many items there are; for scrapes, so it does not queue behind the shop's calls. */
  count(): Promise<number>
}
