import { setTimeout } from 'node:timers/promises'
import { conflict } from '@oncall-lab/service-kit/errors'
import { defineDatabaseFault, type FaultyDatabase } from './database-fault.ts'
import { openSession, type Session, sqlState } from './session.ts'

/** SQLSTATE: all slots are taken that are not reserved. */
const TOO_MANY_CONNECTIONS = '53300'
/** A slot that becomes free goes to whoever asks first; whoever is turned away holds one for a moment, also of those that are reserved for repairs. */
const TRY_AGAIN_AFTER_MS = 50
const FULL_WITHIN_MS = 10_000
/** A bigger server is not of a size that a lab may fill. */
const MOST_SLOTS = 500
/** What an idle session costs the server's machine, and what that must keep. */
const SESSION_BYTES = 4 * 1_048_576
const RESERVE_BYTES = 512 * 1_048_576

/**
 * A client of its own takes every slot that is not reserved, those that become free later too, and leaves its sessions idle. The server ends each
 * of them after `ttlSeconds`, and with the connection. As many a program it does not survive the loss of a connection: with one session all end.
 */
export const maxConnections = defineDatabaseFault({
  mode: 'max_connections',
  says: 'an outside client takes all free connections',
  fields: {},
  trial: { seconds: 75, shows: ['database_errors_53300', 'errors'] },
  async start(database, ttlSeconds) {
    await refuseWhereItHurts(database)
    const client = new GreedyClient(database.url, Date.now() + ttlSeconds * 1_000)
    if (await client.becameFull()) return client
    await client[Symbol.asyncDispose]()
    throw conflict('The slots of the database server could not be filled')
  },
})

async function refuseWhereItHurts({ url, availableMemory }: FaultyDatabase): Promise<void> {
  await using session = await openSession(url)
  const [found] = await session.query(
    "SELECT current_setting('max_connections')::int AS slots, current_setting('is_superuser') = 'on' AS is_superuser",
  )
  if (found?.is_superuser) throw conflict('The user of DATABASE_URL is a superuser and would take the slots that are reserved for repairs')
  const slots = Number(found?.slots)
  if (slots > MOST_SLOTS) throw conflict(`The database server has ${slots} slots; at most ${MOST_SLOTS} are filled`)
  if (availableMemory() < slots * SESSION_BYTES + RESERVE_BYTES)
    throw conflict(`There is too little memory left for ${slots} sessions of the database server, beside a reserve of 512 MB`)
}

class GreedyClient implements AsyncDisposable {
  readonly over: Promise<void>
  readonly #url: string
  readonly #until: number
  readonly #sessions = new Set<Session>()
  readonly #ended = new AbortController()
  readonly #full = Promise.withResolvers<boolean>()

  constructor(url: string, until: number) {
    this.#url = url
    this.#until = until
    this.over = this.#takeAll()
  }

  /** True once the server has refused one more session. */
  becameFull(): Promise<boolean> {
    const tooLate = setTimeout(FULL_WITHIN_MS, false, { signal: this.#ended.signal, ref: false }).catch(() => false)
    return Promise.race([this.#full.promise, tooLate])
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended.abort()
    await this.over
  }

  async #takeAll(): Promise<void> {
    while (!this.#isOver()) {
      const isTaken = await this.#takeOne()
      if (!isTaken) await setTimeout(TRY_AGAIN_AFTER_MS, undefined, { signal: this.#ended.signal }).catch(() => undefined)
    }
    await Promise.all([...this.#sessions].map((session) => session[Symbol.asyncDispose]()))
  }

  async #takeOne(): Promise<boolean> {
    try {
      const session = await openSession(this.#url, { idle_session_timeout: Math.max(1, this.#until - Date.now()) })
      this.#sessions.add(session)
      void session.ended.then(() => {
        this.#sessions.delete(session)
        this.#ended.abort()
      })
      return true
    } catch (error) {
      if (sqlState(error) === TOO_MANY_CONNECTIONS) this.#full.resolve(true)
      return false
    }
  }

  #isOver(): boolean {
    return this.#ended.signal.aborted || Date.now() >= this.#until
  }
}
