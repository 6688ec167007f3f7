import { startServer } from '@oncall-lab/postgres-server/start-server'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    /** A PostgreSQL server of this run; `createTestDatabase(inject('postgresUrl'))` gives an empty database on it. */
    postgresUrl: string
    /** How many inputs a generator makes up for each property. */
    runs: number
  }
}

/** One PostgreSQL server for the whole run. What a test wrote need not survive a power cut. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startServer({ settings: ['fsync=off', 'full_page_writes=off'] })
  project.provide('postgresUrl', server.url)
  return async () => server[Symbol.asyncDispose]()
}
