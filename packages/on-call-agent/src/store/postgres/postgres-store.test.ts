import { createTestDatabase, type TestDatabase } from '@oncall-lab/postgres-server/test-database'
import { inject } from 'vitest'
import { storeContract } from '../contract/store.ts'
import type { Store } from '../ports.ts'
import { createPostgresStore } from './postgres-store.ts'

const databases = new WeakMap<Store, TestDatabase>()

async function openOn(database: TestDatabase): Promise<Store> {
  const store = await createPostgresStore(database.url)
  databases.set(store, database)
  return store
}

storeContract('a PostgreSQL store', {
  open: async () => openOn(await createTestDatabase(inject('postgresUrl'))),
  reopen: async (store) => {
    const database = databases.get(store)
    if (!database) throw new Error('The store has no database')
    await store[Symbol.asyncDispose]()
    return openOn(database)
  },
})
