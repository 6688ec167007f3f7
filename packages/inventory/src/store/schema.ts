import { setTimeout } from 'node:timers/promises'
import { migrate, type SchemaState } from './migrate.ts'
import { MIGRATIONS } from './migrations.ts'
import { PostgresPool } from './postgres-pool.ts'
import { NO_STORAGE_WATCH } from './storage-watch.ts'

const FIRST_RETRY_MS = 250
const LONGEST_RETRY_MS = 2_000
/** A seed on a slow disk, and the wait for another instance that does it. */
const LIMITS = { connections: 1, acquireMs: 3_000, statementMs: 60_000, lockMs: 60_000, lifetimeSeconds: 0 }

interface SchemaOptions {
  /** The database cannot be used yet; it is tried again. */
  onRetry(error: unknown): void
  onDone(state: SchemaState): void
}

/** Sees to it that the database has its tables: tries until it is done, while the instance is up. */
export class Schema implements AsyncDisposable {
  isReady = false
  /** Settles with the first attempt, whatever came of it. */
  readonly firstAttempt: Promise<void>
  readonly #url: string
  readonly #options: SchemaOptions
  readonly #ended = new AbortController()
  readonly #work: Promise<void>

  constructor(url: string, options: SchemaOptions) {
    this.#url = url
    this.#options = options
    this.firstAttempt = this.#attempt()
    this.#work = this.firstAttempt.then(() => this.#keepTrying())
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended.abort()
    await this.#work
  }

  async #keepTrying(): Promise<void> {
    for (let waitMs = FIRST_RETRY_MS; !this.isReady && !this.#ended.signal.aborted; waitMs = Math.min(waitMs * 2, LONGEST_RETRY_MS)) {
      await setTimeout(waitMs, undefined, { signal: this.#ended.signal }).catch(() => undefined)
      if (!this.#ended.signal.aborted) await this.#attempt()
    }
  }

  async #attempt(): Promise<void> {
    try {
      await using pool = new PostgresPool(this.#url, { limits: LIMITS, surroundings: {}, watch: NO_STORAGE_WATCH })
      const state = await pool.use((connection) => migrate(connection, MIGRATIONS))
      this.isReady = true
      this.#options.onDone(state)
    } catch (error) {
      this.#options.onRetry(error)
    }
  }
}
