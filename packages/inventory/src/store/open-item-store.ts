import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { ConfigError } from '@oncall-lab/service-kit/config'
import type { Surroundings } from '../surroundings.ts'
import { createCatalogue } from './catalogue.ts'
import type { ItemStore } from './item-store.ts'
import { SqliteConnection } from './sqlite-connection.ts'
import { SqliteItemStore } from './sqlite-item-store.ts'

const ATTEMPTS = 20
const SQLITE_BUSY = 5

/**
 * Opens the store that `url` names, with the catalogue in it when it is empty; several instances may do so at once.
 * `file:./data/items.db` and `file:///srv/items.db` are SQLite files. @throws ConfigError for any other scheme.
 */
export async function openItemStore(url: string, surroundings: Surroundings): Promise<ItemStore> {
  const path = sqlitePath(url)
  await mkdir(dirname(path), { recursive: true })
  const connection = new SqliteConnection(path, surroundings)
  await whileBusy(() => createTable(connection))
  return new SqliteItemStore(connection)
}

function sqlitePath(url: string): string {
  if (url.startsWith('file://')) return fileURLToPath(url)
  if (/^file:./.test(url)) return url.slice('file:'.length)
  const scheme = url.split(':', 1)[0]
  throw new ConfigError(`DATABASE_URL must be a file: address such as file:./data/items.db; ${scheme}: is not supported`)
}

function createTable(connection: SqliteConnection): void {
  const { database, sql } = connection.current()
  // The write lock first: whoever comes second finds the catalogue complete.
  database.exec('BEGIN IMMEDIATE')
  try {
    database.exec(`CREATE TABLE IF NOT EXISTS items (
      id TEXT NOT NULL UNIQUE, name TEXT NOT NULL, price REAL NOT NULL, manufacturer TEXT NOT NULL, quantity INTEGER NOT NULL CHECK (quantity >= 0))`)
    if (sql.get`SELECT 1 FROM items LIMIT 1` === undefined) {
      const insert = database.prepare('INSERT INTO items (id, name, price, manufacturer, quantity) VALUES (?, ?, ?, ?, ?)')
      for (const { id, name, price, manufacturer, quantity } of createCatalogue()) insert.run(id, name, price, manufacturer, quantity)
    }
    database.exec('COMMIT')
  } catch (error) {
    connection.close()
    throw error
  }
}

/** SQLite does not wait its busy timeout for every lock, e.g. not when two processes switch a new file to WAL. */
async function whileBusy(action: () => void): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      action()
      return
    } catch (error) {
      const isBusy = error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY
      if (!isBusy || attempt === ATTEMPTS) throw error
      await setTimeout(50)
    }
  }
}
