import { Client } from 'pg'

const TIMEOUT_MS = 5_000

/** Runs one statement on a connection of its own, at most 5 s; returns its rows. @throws whatever the driver or the server says. */
export async function query(url: string, text: string, timeoutMs = TIMEOUT_MS): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: timeoutMs, query_timeout: timeoutMs })
  client.on('error', () => undefined) // A connection that breaks rejects the query.
  try {
    await client.connect()
    return (await client.query(text)).rows
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** One question to the server: does it answer a query now? */
export async function answersQuery(url: string): Promise<boolean> {
  return query(url, 'SELECT 1', 2_000).then(
    () => true,
    () => false,
  )
}
