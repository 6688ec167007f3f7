import { describeError, UpstreamError } from '@oncall-lab/service-kit/errors'
import { createSemaphore } from '@oncall-lab/service-kit/semaphore'
import { Client } from 'pg'
import type { NamedDatabase } from './settings.ts'

export type Row = Record<string, unknown>

/** One connection, for one look. */
export interface Look {
  query(text: string, values?: unknown[]): Promise<Row[]>
}

/** A database that can only be looked at. */
export interface DatabaseClient {
  readonly name: string
  readonly services: readonly string[]
  /** Runs the work on a connection of its own. @throws UpstreamError; `code` is the SQLSTATE or errno. */
  look<T>(work: (look: Look) => Promise<T>, signal?: AbortSignal): Promise<T>
}

/** The role has three slots of its own. */
const CONNECTIONS_AT_ONCE = 2
const CONNECT_MS = 3_000
const STATEMENT_MS = 3_000

/** Each look opens a connection: a kept one would be a slot taken from others, and would not notice that no slot is left. */
export function createDatabaseClient({ name, services, tls, ...server }: NamedDatabase): DatabaseClient {
  const turns = createSemaphore(CONNECTIONS_AT_ONCE)
  return {
    name,
    services,
    look: (work, signal) =>
      turns.run(async () => {
        const client = new Client({
          ...server,
          ssl: tls,
          application_name: 'on-call-agent',
          connectionTimeoutMillis: CONNECT_MS,
          query_timeout: STATEMENT_MS + 1_000,
          statement_timeout: STATEMENT_MS,
          lock_timeout: 500,
          // Also where the role is not read-only by itself.
          options: '-c default_transaction_read_only=on',
        })
        client.on('error', () => undefined) // A connection that breaks rejects the query.
        const giveUp = () => void client.end().catch(() => undefined)
        signal?.addEventListener('abort', giveUp, { once: true })
        try {
          await client.connect()
          return await work({ query: async (text, values) => (await client.query<Row>(text, values)).rows })
        } catch (error) {
          throw explain(error, name)
        } finally {
          signal?.removeEventListener('abort', giveUp)
          void client.end().catch(() => undefined)
        }
      }, signal),
  }
}

/** SQLSTATE where the server spoke, else what the network said. */
function explain(error: unknown, name: string): UpstreamError {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unreachable'
  return new UpstreamError(`The database ${name} answered: ${describeError(error)}`, { code, retryable: true, cause: error })
}
