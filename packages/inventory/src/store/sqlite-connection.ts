import { DatabaseSync, type SQLTagStore } from 'node:sqlite'
import type { Surroundings } from '../surroundings.ts'

/** An open database with its prepared statements. */
interface Handle {
  database: DatabaseSync
  /** Prepares each statement once, as long as the database is open. */
  sql: SQLTagStore
}

const BUSY_TIMEOUT_MS = 5_000

/** One connection to an SQLite file. A lost one makes the operation that uses it fail with SQLite's error; the next operation connects anew. */
export class SqliteConnection {
  readonly #path: string
  readonly #surroundings: Surroundings
  #handle: Handle | undefined

  constructor(path: string, surroundings: Surroundings) {
    this.#path = path
    this.#surroundings = surroundings
  }

  /** Runs one storage call. @throws what node:sqlite throws. */
  async use<T>(operation: (sql: SQLTagStore) => T): Promise<T> {
    await this.#surroundings.waitForStorage?.()
    const { database, sql } = this.current()
    this.#surroundings.onConnectionUse?.(database)
    return operation(sql)
  }

  /** The open handle; connects when there is none. */
  current(): Handle {
    if (!this.#handle?.database.isOpen) this.#handle = connect(this.#path)
    return this.#handle
  }

  close(): void {
    if (this.#handle?.database.isOpen) this.#handle.database.close()
  }
}

function connect(path: string): Handle {
  const database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS })
  // The mode stays with the file; setting it again would ask for a lock.
  const mode = database.prepare('PRAGMA journal_mode').get()?.journal_mode
  if (mode !== 'wal') database.exec('PRAGMA journal_mode = WAL')
  database.exec('PRAGMA synchronous = NORMAL')
  return { database, sql: database.createTagStore() }
}
