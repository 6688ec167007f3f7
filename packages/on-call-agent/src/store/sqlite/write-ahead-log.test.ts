import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test, vi } from 'vitest'
import { receivedAlert } from '../../../test-parts/alerts.ts'
import { openDatabase } from './database.ts'
import { createStoreOn } from './sqlite-store.ts'
import { createWriteAheadLog } from './write-ahead-log.ts'

const folder = mkdtempSync(join(tmpdir(), 'write-ahead-log-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const open = (name: string, options: Parameters<typeof createWriteAheadLog>[2]) => {
  const file = join(folder, name)
  const db = openDatabase(file)
  const log = createWriteAheadLog(db, file, options)
  return { db, file, store: createStoreOn(db, { log }) }
}

test('nothing counts as stored before the log was synced to disk', async () => {
  const synced: (() => void)[] = []
  const { store } = open('synced.db', { syncFile: () => new Promise((resolve) => synced.push(resolve)) })
  await vi.waitFor(() => expect(synced).toHaveLength(1))
  synced.pop()?.()
  let isStored = false
  const storing = store.alerts.apply([receivedAlert()]).then(() => {
    isStored = true
  })
  await vi.waitFor(() => expect(synced).toHaveLength(1))
  expect(isStored).toBe(false)
  synced.pop()?.()
  await storing
  await store[Symbol.asyncDispose]()
})

test('what cannot be synced is refused with 503', async () => {
  const { store } = open('broken.db', { syncFile: () => Promise.reject(new Error('EIO: i/o error, fdatasync')) })
  await expect(store.alerts.apply([receivedAlert()])).rejects.toMatchObject({ status: 503, code: 'store_unavailable' })
  await store[Symbol.asyncDispose]()
})

test('a long log is written back into the file beside other work, and begins anew', async () => {
  const { store, file, db } = open('long.db', { longBytes: 1 })
  expect(db.get('PRAGMA synchronous')?.synchronous).toBe(1) // NORMAL: the sync is ours.
  await store.alerts.apply(Array.from({ length: 500 }, (_, i) => receivedAlert({ fingerprint: `f${i}` })))
  const longest = statSync(`${file}-wal`).size
  await vi.waitFor(
    async () => {
      await store.alerts.beat('Watchdog', 'webhook')
      expect(statSync(`${file}-wal`).size).toBeLessThan(longest / 10)
    },
    { timeout: 20_000 },
  )
  expect(await store.alerts.openEpisodes()).toHaveLength(500)
  await store[Symbol.asyncDispose]()
})
