import { createTestDatabase } from '@oncall-lab/postgres-server/test-database'
import { afterAll, beforeAll, inject } from 'vitest'

/** A new empty database for the tests of a file or a `describe`; its address is there when they run. */
export function useDatabase(): { readonly url: string } {
  let database: Awaited<ReturnType<typeof createTestDatabase>> | undefined
  beforeAll(async () => {
    database = await createTestDatabase(inject('postgresUrl'))
  })
  afterAll(() => database?.[Symbol.asyncDispose]())
  return {
    get url() {
      if (!database) throw new Error('the database is there only while tests run')
      return database.url
    },
  }
}
