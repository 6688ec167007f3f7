import type { ItemPage, ListedItem, StoredItem } from '../api.ts'
import { StorageUnavailable } from './database-errors.ts'
import type { DatabaseProbe } from './database-probe.ts'
import type { ItemStore, ReserveOutcome } from './item-store.ts'
import type { Connection, PostgresPool } from './postgres-pool.ts'
import type { Schema } from './schema.ts'
import { COUNT_LEFT, GET, PAGE, PICK, PUT, REMOVE, RESERVE } from './statements.ts'
import type { StorageWatch } from './storage-watch.ts'

interface Parts {
  pool: PostgresPool
  probe: DatabaseProbe
  schema: Schema
  watch: Pick<StorageWatch, 'reserved'>
}

/** The items in PostgreSQL, the same for all instances. */
export class PostgresItemStore implements ItemStore {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  get(id: string): Promise<StoredItem | null> {
    return this.#call(async (connection) => (await connection.query<StoredItem>(GET, [id]))[0] ?? null)
  }

  put({ id, name, price, manufacturer, quantity }: StoredItem): Promise<'created' | 'replaced'> {
    return this.#call(async (connection) => {
      const [row] = await connection.query<{ created: boolean }>(PUT, [id, name, price, manufacturer, quantity])
      return row?.created ? 'created' : 'replaced'
    })
  }

  remove(id: string): Promise<boolean> {
    return this.#call(async (connection) => (await connection.query(REMOVE, [id])).length > 0)
  }

  page({ limit, after }: { limit: number; after: string }): Promise<ItemPage> {
    return this.#call(async (connection) => {
      const rows = await connection.query<ListedItem>(PAGE, [after, limit + 1])
      const items = rows.slice(0, limit)
      return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null }
    })
  }

  reserve(id: string, quantity: number): Promise<ReserveOutcome> {
    return this.#call(async (connection) => {
      const [taken] = await connection.query<{ quantity: number }>(RESERVE, [id, quantity])
      if (taken) {
        this.#parts.watch.reserved()
        return { kind: 'reserved', left: taken.quantity }
      }
      const [item] = await connection.query<{ quantity: number }>(COUNT_LEFT, [id])
      return item ? { kind: 'not_enough', left: item.quantity } : { kind: 'unknown_item' }
    })
  }

  pickAny(): Promise<StoredItem | null> {
    return this.#call(async (connection) => (await connection.query<StoredItem>(PICK, [Math.random()]))[0] ?? null)
  }

  count(): Promise<number> {
    return this.#parts.probe.countItems()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { pool, probe, schema } = this.#parts
    await Promise.all([pool, probe, schema].map((part) => part[Symbol.asyncDispose]()))
  }

  #call<T>(operation: (connection: Connection) => Promise<T>): Promise<T> {
    return this.#parts.pool.use((connection) => {
      if (!this.#parts.schema.isReady) throw new StorageUnavailable('The database is being set up')
      return operation(connection)
    })
  }
}
