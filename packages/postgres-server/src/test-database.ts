import { randomBytes } from 'node:crypto'
import { query } from './query.ts'

/** An empty database of its own; gone when disposed, with whoever is still connected. */
export interface TestDatabase extends AsyncDisposable {
  url: string
}

/** Creates a database on the server of `serverUrl`, owned by `shop`, which the returned URL connects as. */
export async function createTestDatabase(serverUrl: string): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`
  const admin = at(serverUrl, 'postgres', 'postgres')
  await query(admin, `CREATE DATABASE ${name} OWNER shop`, 30_000)
  return {
    url: at(serverUrl, 'shop', name),
    async [Symbol.asyncDispose]() {
      await query(admin, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`, 30_000)
    },
  }
}

function at(serverUrl: string, role: string, database: string): string {
  const url = new URL(serverUrl)
  url.username = role
  url.pathname = `/${database}`
  return url.href
}
