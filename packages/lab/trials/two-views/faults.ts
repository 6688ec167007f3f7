import type { AddressBook } from '../../src/address-book.ts'

/** A fault of one instance, and the alert that tells of it. */
export interface OneFault {
  mode: string
  alert: string
  /** How many instances it is in; all when absent. */
  instances?: number
}

export const FAULTS: readonly OneFault[] = [
  // First, because a container keeps how it ended: what comes after it must not be seen through it.
  { mode: 'crash', alert: 'InventoryInstanceRestarting', instances: 1 },
  { mode: 'errors', alert: 'InventoryErrorBurst' },
  { mode: 'oom_safe', alert: 'InventoryHighMemory', instances: 1 },
  { mode: 'pool_leak', alert: 'InventoryPoolExhausted' },
  { mode: 'cpu', alert: 'InventoryHighLatency' },
]

const FAULT_SECONDS = 240

async function post(book: AddressBook, body: object): Promise<void> {
  const answer = await fetch(`${book.url('processManager')}/fault`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!answer.ok) throw new Error(await answer.text())
}

export async function giveFault(book: AddressBook, { mode, instances }: OneFault): Promise<void> {
  const ports = Array.from({ length: instances ?? 0 }, (_, i) => book.ports.firstInstance + 1 + i)
  const share = mode === 'errors' ? { p_error: 0.8 } : {}
  await post(book, { mode, ttl_seconds: FAULT_SECONDS, ...share, ...(instances !== undefined && { ports }) })
}

export const noFault = (book: AddressBook) => post(book, { mode: 'none' })
