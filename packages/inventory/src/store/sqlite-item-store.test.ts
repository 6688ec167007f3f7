import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { Surroundings } from '../surroundings.ts'
import { describeItemStore } from './item-store.contract.ts'
import { openItemStore } from './open-item-store.ts'

const directory = mkdtempSync(join(tmpdir(), 'inventory-'))
afterAll(() => rmSync(directory, { recursive: true }))
let files = 0
const newFile = () => `file:${directory}/new/${files++}.db`

describeItemStore('SQLite', () => {
  const url = newFile()
  return Promise.all([openItemStore(url, {}), openItemStore(url, {})])
})

describe('openItemStore', () => {
  it('keeps what is there when it is opened again', async () => {
    const url = newFile()
    {
      await using store = await openItemStore(url, {})
      await store.remove('17')
    }
    await using again = await openItemStore(url, {})
    expect(await again.count()).toBe(4_999)
  })

  it.each(['postgres://127.0.0.1/shop', 'items.db', 'file:'])('refuses %s and says what it takes', async (url) => {
    await expect(openItemStore(url, {})).rejects.toThrow(/DATABASE_URL must be a file: address/)
  })
})

describe('a lost connection', () => {
  it('fails the call that uses it with the error of SQLite, and the next call connects anew', async () => {
    const surroundings: Surroundings = { onConnectionUse: (connection) => connection.close() }
    await using store = await openItemStore(newFile(), surroundings)
    await expect(store.get('1')).rejects.toThrow('database is not open')
    surroundings.onConnectionUse = undefined
    expect(await store.get('1')).toMatchObject({ id: '1' })
  })

  it('fails no other call that is under way', async () => {
    let calls = 0
    const surroundings: Surroundings = {
      waitForStorage: async () => {},
      onConnectionUse: (connection) => {
        if (calls++ % 2) connection.close()
      },
    }
    await using store = await openItemStore(newFile(), surroundings)
    const results = await Promise.allSettled(Array.from({ length: 100 }, () => store.get('1')))
    expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(50)
  })
})
