import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import { MIGRATIONS } from './schema.ts'

/** What a query gives: column name to value. */
export type Row = Record<string, string | number | null>

/** A SQLite database with prepared statements kept and transactions that nest. */
export interface Database extends Disposable {
  all(sql: string, ...values: SQLInputValue[]): Row[]
  get(sql: string, ...values: SQLInputValue[]): Row | undefined
  /** Returns the row id of an insert. */
  run(sql: string, ...values: SQLInputValue[]): number
  /** All of it, or nothing; durable when it returns (WAL, synchronous=FULL). */
  transaction<T>(work: () => T): T
}

/** Opens the file (`:memory:` for none), creates its folder, brings the schema up to date. */
export function openDatabase(file: string): Database {
  if (file !== ':memory:') mkdirSync(dirname(file), { recursive: true })
  const db = new DatabaseSync(file)
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 2000')
  const statements = new Map<string, StatementSync>()
  const prepared = (sql: string) => {
    const statement = statements.get(sql) ?? db.prepare(sql)
    statements.set(sql, statement)
    return statement
  }
  let depth = 0
  const transaction = <T>(work: () => T): T => {
    if (depth > 0) return work()
    db.exec('BEGIN IMMEDIATE')
    depth += 1
    try {
      const result = work()
      db.exec('COMMIT')
      return result
    } catch (error) {
      if (db.isTransaction) db.exec('ROLLBACK')
      throw error
    } finally {
      depth -= 1
    }
  }
  migrate(db, transaction)
  return {
    // The schema is STRICT and holds text and integers only.
    all: (sql, ...values) => prepared(sql).all(...values) as Row[],
    get: (sql, ...values) => prepared(sql).get(...values) as Row | undefined,
    run: (sql, ...values) => Number(prepared(sql).run(...values).lastInsertRowid),
    transaction,
    [Symbol.dispose]: () => db.close(),
  }
}

function migrate(db: DatabaseSync, transaction: (work: () => void) => void): void {
  transaction(() => {
    const version = Number(db.prepare('PRAGMA user_version').get()?.user_version)
    if (version > MIGRATIONS.length)
      throw new Error(`The database is of a newer version (${version}) than this program knows (${MIGRATIONS.length})`)
    for (const migration of MIGRATIONS.slice(version)) db.exec(migration)
    db.exec(`PRAGMA user_version = ${MIGRATIONS.length}`)
  })
}
