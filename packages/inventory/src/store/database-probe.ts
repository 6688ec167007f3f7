import { PostgresPool } from './postgres-pool.ts'
import { NO_STORAGE_WATCH } from './storage-watch.ts'

const EVERY_MS = 2_000
/** One connection that it keeps: it tells whether the server answers, not whether it has room for more. */
const LIMITS = { connections: 1, acquireMs: 1_500, statementMs: 1_500, lockMs: 1_500, lifetimeSeconds: 0 }
const ASK = { name: 'probe', text: 'SELECT 1 AS one' }
const COUNT = { name: 'count-items', text: 'SELECT count(*)::int AS items FROM items' }

/** Asks the database every 2 s whether it is there, on a connection of its own, so that it never queues behind the shop's calls. */
export class DatabaseProbe implements AsyncDisposable {
  isUp = false
  readonly #pool: PostgresPool
  readonly #timer: NodeJS.Timeout
  #asking: Promise<void> | undefined

  constructor(url: string) {
    this.#pool = new PostgresPool(url, { limits: LIMITS, surroundings: {}, watch: NO_STORAGE_WATCH })
    this.#timer = setInterval(() => this.#ask(), EVERY_MS).unref()
    this.#ask()
  }

  /** @throws StorageUnavailable when the database is not there. */
  async countItems(): Promise<number> {
    const [row] = await this.#pool.use((connection) => connection.query<{ items: number }>(COUNT))
    return row?.items ?? 0
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer)
    await this.#asking
    await this.#pool[Symbol.asyncDispose]()
  }

  #ask(): void {
    this.#asking ??= this.#pool
      .use((connection) => connection.query(ASK))
      .then(
        () => true,
        () => false,
      )
      .then((isUp) => {
        this.isUp = isUp
        this.#asking = undefined
      })
  }
}
