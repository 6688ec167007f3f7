import { openSession, type Session } from './session.ts'

/** A session with one statement that takes its time. */
export interface BusySession {
  /** Resolves when the statement is over, however it ended. */
  readonly over: Promise<void>
  /** Ends the statement and the session; resolves when the server has let go of both. */
  end(): Promise<void>
}

interface Work {
  application: string
  statement: string
  /** The server ends the statement after this long, and soon after the client is gone. */
  seconds: number
}

/** Begins a statement in a session of its own; resolves when it was sent. */
export async function beginStatement(url: string, { application, statement, seconds }: Work): Promise<BusySession> {
  const session: Session = await openSession(url, {
    application_name: application,
    statement_timeout: seconds * 1_000,
    lock_timeout: 0,
    client_connection_check_interval: 1_000,
    // Also when the client does not come back for the answer.
    idle_session_timeout: 2_000,
    idle_in_transaction_session_timeout: 2_000,
  })
  const [own] = await session.query('SELECT pg_backend_pid() AS pid')
  const over = session
    .query(statement)
    .then(
      () => undefined,
      () => undefined,
    )
    .then(() => session[Symbol.asyncDispose]())
  return {
    over,
    async end() {
      await terminate(url, own?.pid)
      await over
    },
  }
}

/** A session that is busy does not notice that its client goes. */
async function terminate(url: string, pid: unknown): Promise<void> {
  await using session = await openSession(url)
  await session.query('SELECT pg_terminate_backend($1)', [pid])
}
