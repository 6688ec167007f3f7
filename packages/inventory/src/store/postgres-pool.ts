import { DatabaseError, Pool, type PoolClient } from 'pg'
import type { Surroundings } from '../surroundings.ts'
import { codeOfError, isUnavailable, StorageUnavailable } from './database-errors.ts'
import type { StorageWatch } from './storage-watch.ts'

/** One SQL statement; by its name each connection prepares it once. */
interface Statement {
  name: string
  text: string
}

/** A connection that one storage call holds. */
export interface Connection {
  /** The rows. @throws pg's DatabaseError, or an Error of the connection. */
  query<Row extends object>(statement: Statement, values?: unknown[]): Promise<Row[]>
  /** Runs one or several statements without values. */
  run(text: string): Promise<void>
}

/** How big a pool is and how long it waits. */
interface PoolLimits {
  connections: number
  /** For a free connection, and for a new one. */
  acquireMs: number
  /** The server gives up on a statement (57014), or on a lock that it waits for (55P03). */
  statementMs: number
  lockMs: number
  /** A connection is replaced when it is older; 0 for never. */
  lifetimeSeconds: number
}

/** How the connections of a pool stand. */
export interface PoolLoad {
  max: number
  open: number
  inUse: number
  waiting: number
}

const IDLE_MS = 10_000
const KEEP_ALIVE_AFTER_MS = 10_000
/** Longer than the server's own limit: only a server or a link that is silent lets it pass. */
const SILENCE_MS = 1_000

interface PoolParts {
  limits: PoolLimits
  surroundings: Surroundings
  watch: StorageWatch
}

/** Connections to PostgreSQL, opened when needed and replaced when lost. A lost one fails the call that holds it, and no other. */
export class PostgresPool implements AsyncDisposable {
  readonly #pool: Pool
  readonly #parts: PoolParts

  constructor(url: string, parts: PoolParts) {
    this.#parts = parts
    this.#pool = new Pool(poolOptions(url, parts.limits))
    this.#pool.on('error', (error) => parts.watch.failed(codeOfError(error)))
    // While it is held, a broken connection rejects the query; without a listener it would end the process too.
    this.#pool.on('connect', (client) => client.on('error', () => undefined))
  }

  /** Runs one storage call on a connection of its own. @throws StorageUnavailable, or what the operation throws. */
  use<T>(operation: (connection: Connection) => Promise<T>): Promise<T> {
    return this.#parts.watch.wait(() => this.#use(operation))
  }

  get load(): PoolLoad {
    const { totalCount, idleCount, waitingCount } = this.#pool
    return { max: this.#parts.limits.connections, open: totalCount, inUse: totalCount - idleCount, waiting: waitingCount }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pool.end()
  }

  async #use<T>(operation: (connection: Connection) => Promise<T>): Promise<T> {
    const { surroundings, watch } = this.#parts
    const client = await this.#acquire()
    const held = new HeldConnection(client)
    try {
      if (surroundings.waitForStorage) await surroundings.waitForStorage()
      surroundings.onConnectionUse?.(held)
      return await operation(held)
    } catch (error) {
      held.hasFailed(error)
      if (error instanceof StorageUnavailable) throw error
      const code = codeOfError(error)
      watch.failed(code)
      throw isUnavailable(code) ? new StorageUnavailable('The database cannot be used now', error) : error
    } finally {
      if (surroundings.onConnectionReturn) surroundings.onConnectionReturn(held)
      else held.giveBack()
    }
  }

  async #acquire(): Promise<PoolClient> {
    const began = performance.now()
    try {
      return await this.#pool.connect()
    } catch (error) {
      this.#parts.watch.failed(codeOfError(error))
      throw new StorageUnavailable('There is no connection to the database', error)
    } finally {
      this.#parts.watch.acquired((performance.now() - began) / 1_000)
    }
  }
}

class HeldConnection implements Connection {
  /** True when a statement found or changed no row, or the call failed. */
  isFruitless = false
  readonly #client: PoolClient
  #isBroken = false

  constructor(client: PoolClient) {
    this.#client = client
  }

  async query<Row extends object>({ name, text }: Statement, values: unknown[] = []): Promise<Row[]> {
    const { rows } = await this.#client.query<Row>({ name, text, values })
    if (rows.length === 0) this.isFruitless = true
    return rows
  }

  async run(text: string): Promise<void> {
    await this.#client.query(text)
  }

  /** A refused statement leaves the connection usable; anything else, and what the server itself ends, does not. */
  hasFailed(error: unknown): void {
    this.isFruitless = true
    this.#isBroken = !(error instanceof DatabaseError) || isUnavailable(codeOfError(error))
  }

  giveBack(): void {
    this.#client.release(this.#isBroken)
  }

  destroy(): void {
    // The driver's socket; its types keep quiet about it.
    const { connection } = this.#client as PoolClient & { connection: { stream: { destroy(): void } } }
    connection.stream.destroy()
  }
}

function poolOptions(url: string, limits: PoolLimits) {
  return {
    connectionString: url,
    application_name: 'inventory',
    max: limits.connections,
    connectionTimeoutMillis: limits.acquireMs,
    idleTimeoutMillis: IDLE_MS,
    maxLifetimeSeconds: limits.lifetimeSeconds,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
    statement_timeout: limits.statementMs,
    lock_timeout: limits.lockMs,
    query_timeout: limits.statementMs + SILENCE_MS,
    // Compiling a plan costs more than any statement of the shop takes.
    options: '-c jit=off',
  }
}
