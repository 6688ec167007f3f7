import type { ItemPage, StoredItem } from '../api.ts'
import type { ItemStore, ReserveOutcome } from './item-store.ts'
import type { SqliteConnection } from './sqlite-connection.ts'

/** The items in an SQLite file that all instances share; its table exists already (see open-item-store.ts). */
export class SqliteItemStore implements ItemStore {
  readonly #connection: SqliteConnection

  constructor(connection: SqliteConnection) {
    this.#connection = connection
  }

  get(id: string): Promise<StoredItem | null> {
    return this.#connection.use((sql) => toItem(sql.get`SELECT id, name, price, manufacturer, quantity FROM items WHERE id = ${id}`))
  }

  put({ id, name, price, manufacturer, quantity }: StoredItem): Promise<'created' | 'replaced'> {
    return this.#connection.use((sql) => {
      const { changes } = sql.run`UPDATE items SET name = ${name}, price = ${price}, manufacturer = ${manufacturer}, quantity = ${quantity}
        WHERE id = ${id}`
      if (changes) return 'replaced'
      sql.run`INSERT INTO items (id, name, price, manufacturer, quantity) VALUES (${id}, ${name}, ${price}, ${manufacturer}, ${quantity})
        ON CONFLICT (id) DO UPDATE SET name = excluded.name, price = excluded.price, manufacturer = excluded.manufacturer, quantity = excluded.quantity`
      return 'created'
    })
  }

  remove(id: string): Promise<boolean> {
    return this.#connection.use((sql) => sql.run`DELETE FROM items WHERE id = ${id}`.changes > 0)
  }

  page({ limit, after }: { limit: number; after: string }): Promise<ItemPage> {
    return this.#connection.use((sql) => {
      const rows = sql.all`SELECT id, name, price, manufacturer, quantity FROM items WHERE id > ${after} ORDER BY id LIMIT ${limit + 1}`
      const items = rows.slice(0, limit).flatMap((row) => toItem(row) ?? [])
      return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null }
    })
  }

  reserve(id: string, quantity: number): Promise<ReserveOutcome> {
    return this.#connection.use((sql) => {
      const taken = sql.get`UPDATE items SET quantity = quantity - ${quantity} WHERE id = ${id} AND quantity >= ${quantity} RETURNING quantity`
      if (taken) return { kind: 'reserved', left: Number(taken.quantity) }
      const item = sql.get`SELECT quantity FROM items WHERE id = ${id}`
      return item ? { kind: 'not_enough', left: Number(item.quantity) } : { kind: 'unknown_item' }
    })
  }

  pickAny(): Promise<StoredItem | null> {
    return this.#connection.use((sql) =>
      toItem(sql.get`SELECT id, name, price, manufacturer, quantity FROM items
        WHERE rowid > CAST(${Math.random()} * (SELECT max(rowid) FROM items) AS INTEGER) ORDER BY rowid LIMIT 1`),
    )
  }

  async count(): Promise<number> {
    return Number(this.#connection.current().sql.get`SELECT count(*) AS items FROM items`?.items)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#connection.close()
  }
}

/** The columns are those of the one table that open-item-store.ts declares. */
function toItem(row: Record<string, unknown> | undefined): StoredItem | null {
  return row ? ({ ...row } as StoredItem) : null
}
