import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { storeContract } from '../contract/store.ts'
import { openDatabase } from './database.ts'
import { createSqliteStore } from './sqlite-store.ts'

const folder = mkdtempSync(join(tmpdir(), 'incident-store-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
let files = 0
let file = ''

storeContract('a SQLite store in memory', { open: async () => createSqliteStore(':memory:') })
storeContract('a SQLite store in a file', {
  open: async () => {
    files += 1
    file = join(folder, `new folder ${files}`, 'agent.db')
    return createSqliteStore(file)
  },
  reopen: async (store) => {
    await store[Symbol.asyncDispose]()
    return createSqliteStore(file)
  },
})

test('a commit is synced to disk before it returns', async () => {
  using db = openDatabase(join(folder, 'pragmas.db'))
  expect(db.get('PRAGMA journal_mode')?.journal_mode).toBe('wal')
  expect(db.get('PRAGMA synchronous')?.synchronous).toBe(2) // FULL
})

test('a database of a newer version is refused instead of being misread', async () => {
  const newer = join(folder, 'newer.db')
  {
    using db = openDatabase(newer)
    db.all('PRAGMA user_version = 99')
  }
  expect(() => openDatabase(newer)).toThrow(/newer version \(99\)/)
})
