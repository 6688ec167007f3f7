import { setTimeout as sleep } from 'node:timers/promises'
import { describeError, UpstreamError } from '@oncall-lab/service-kit/errors'
import { createSemaphore } from '@oncall-lab/service-kit/semaphore'
import { Client } from 'pg'
import type { NamedDatabase } from './settings.ts'

export type Row = Record<string, unknown>

/** One connection, for one look. */
export interface Look {
  query(text: string, values?: unknown[]): Promise<Row[]>
}

/** Where the server's functions are that are not of one database. */
const SERVERS_DATABASE = 'postgres'

/** A database that is looked at. What is done to it goes through a function of its own, which decides for itself. */
export interface DatabaseClient {
  readonly name: string
  /** As the server calls it. */
  readonly database: string
  readonly services: readonly string[]
  /** Runs the work on a connection of its own. @throws UpstreamError; `code` is the SQLSTATE or errno. */
  look<T>(work: (look: Look) => Promise<T>, signal?: AbortSignal): Promise<T>
  /** Calls one of the server's own functions that do something, each with a policy of its own; returns its answer. @throws UpstreamError with what it refused for. */
  deed(call: DeedCall, signal?: AbortSignal): Promise<string>
}

/** `text` selects the answer as `said`. */
interface DeedCall {
  text: string
  values: unknown[]
  /** Where the function is: the server's are in a database of their own. */
  in: 'server' | 'database'
  withinMs?: number
}

/** The role has three slots of its own. */
const CONNECTIONS_AT_ONCE = 2
const CONNECT_MS = 3_000
const STATEMENT_MS = 3_000

/** Each look opens a connection: a kept one would be a slot taken from others, and would not notice that no slot is left. */
export function createDatabaseClient(
  { name, services, tls, ...server }: NamedDatabase,
  { connectMs = CONNECT_MS, statementMs = STATEMENT_MS, slackMs = 1_000 } = {},
): DatabaseClient {
  const turns = createSemaphore(CONNECTIONS_AT_ONCE)
  const connected = async <T>(
    settings: { database?: string; options: string; query_timeout?: number; statement_timeout?: number },
    work: (look: Look) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T> => {
    const client = await openClient(
      {
        ...server,
        ssl: tls,
        application_name: 'on-call-agent',
        connectionTimeoutMillis: connectMs,
        query_timeout: statementMs + slackMs,
        statement_timeout: statementMs,
        lock_timeout: 500,
        ...settings,
      },
      signal,
    ).catch((error: unknown) => {
      throw explain(error, name)
    })
    const giveUp = () => void client.end().catch(() => undefined)
    signal?.addEventListener('abort', giveUp, { once: true })
    try {
      return await work({ query: async (text, values) => (await client.query<Row>(text, values)).rows })
    } catch (error) {
      throw explain(error, name)
    } finally {
      signal?.removeEventListener('abort', giveUp)
      void client.end().catch(() => undefined)
    }
  }
  return {
    name,
    database: server.database,
    services,
    // Also where the role is not read-only by itself.
    look: (work, signal) => turns.run(() => connected({ options: '-c default_transaction_read_only=on' }, work, signal), signal),
    deed: ({ text, values, in: where, withinMs = statementMs }, signal) =>
      turns.run(
        () =>
          connected(
            {
              ...(where === 'server' && { database: SERVERS_DATABASE }),
              options: '-c default_transaction_read_only=off',
              statement_timeout: withinMs,
              query_timeout: withinMs + slackMs,
            },
            async ({ query }) => String((await query(text, values))[0]?.said),
            signal,
          ),
        signal,
      ),
  }
}

/** SQLSTATE: all slots are taken, those of the role as well. */
const NO_SLOT = '53300'
const TRIES = 20
const AGAIN_AFTER_MS = 150

/** The server frees a slot a moment after its connection has ended, and each client that it turns away has one for a moment; so one refusal means little. */
async function openClient(options: ConstructorParameters<typeof Client>[0], signal?: AbortSignal): Promise<Client> {
  for (let tries = 1; ; tries += 1) {
    const client = new Client(options)
    client.on('error', () => undefined) // A connection that breaks rejects the query.
    try {
      await client.connect()
      return client
    } catch (error) {
      void client.end().catch(() => undefined)
      const isFull = error instanceof Error && 'code' in error && error.code === NO_SLOT
      if (!isFull || tries === TRIES || signal?.aborted) throw error
      await sleep(AGAIN_AFTER_MS)
    }
  }
}

/**
 * Classes of SQLSTATE that stay as they are until somebody mends the login, the rights, the database or the statement
 * (https://www.postgresql.org/docs/current/errcodes-appendix.html); 55P03 and 57014 are within others.
 */
const FINAL_CLASSES = ['0A', '22', '23', '25', '26', '28', '2B', '34', '3D', '3F', '42']

/** SQLSTATE where the server spoke, else what the network said. */
function explain(error: unknown, name: string): UpstreamError {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unreachable'
  const retryable = !(code.length === 5 && FINAL_CLASSES.includes(code.slice(0, 2)))
  return new UpstreamError(`The database ${name} answered: ${describeError(error)}`, { code, retryable, cause: error })
}
