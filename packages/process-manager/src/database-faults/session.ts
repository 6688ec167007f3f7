import { Socket } from 'node:net'

/** One connection to PostgreSQL, as any program that is not the shop could have it. Disposing resolves when the server has let go of it. */
export interface Session extends AsyncDisposable {
  /** Without values `text` may hold several statements. @throws what the server or the connection says. */
  query(text: string, values?: unknown[]): Promise<Record<string, unknown>[]>
  /** Resolves when the connection is over, whoever ended it. */
  readonly ended: Promise<void>
}

const CONNECT_WITHIN_MS = 3_000
const END_WITHIN_MS = 3_000
/** What it calls itself; the server's list of sessions must not tell more than it would of anybody else. */
const APPLICATION = 'reporting'

/**
 * Connects and sets `settings` for the session; the server then holds to them, whatever becomes of us, and its end of the connection ends with
 * this process. @throws what the server or the connection says.
 */
export async function openSession(url: string, settings: Record<string, string | number> = {}): Promise<Session> {
  // Only now: the API's schemas are read by programs that never open one.
  const { Client } = await import('pg')
  const socket = new Socket()
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: CONNECT_WITHIN_MS,
    stream: () => socket,
    keepAlive: true,
  })
  const ended = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  client.on('error', () => undefined) // Told by `ended`.
  const session: Session = {
    query: async (text, values) => (await client.query(text, values)).rows ?? [],
    ended,
    async [Symbol.asyncDispose]() {
      client.end().catch(() => undefined)
      const force = setTimeout(() => socket.destroy(), END_WITHIN_MS)
      await ended
      clearTimeout(force)
    },
  }
  try {
    await client.connect()
    for (const [name, value] of Object.entries({ application_name: APPLICATION, ...settings }))
      await client.query('SELECT set_config($1, $2, false)', [name, String(value)])
    return session
  } catch (error) {
    socket.destroy()
    throw error
  }
}

/** Whether the server takes a question and answers it. */
export async function answers(url: string): Promise<boolean> {
  try {
    await using session = await openSession(url)
    await session.query('SELECT 1')
    return true
  } catch {
    return false
  }
}

/** The SQLSTATE of what the server refused (PostgreSQL, appendix A), undefined for any other error. */
export function sqlState(error: unknown): string | undefined {
  return error instanceof Error && 'severity' in error && 'code' in error ? String(error.code) : undefined
}
