import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import type { Row } from '../rows/sql.ts'
import { MIGRATIONS } from './schema.ts'

/** A SQLite database with prepared statements kept. */
export interface Database extends Disposable {
  all(sql: string, ...values: SQLInputValue[]): Row[]
  get(sql: string, ...values: SQLInputValue[]): Row | undefined
  /** Returns the row id of an insert. */
  run(sql: string, ...values: SQLInputValue[]): number
  /** Begins a change, which lasts until `commit` or `rollback`. The file is locked by the first write in it. */
  begin(): void
  /** Durable when it returns (WAL, synchronous=FULL), unless `write-ahead-log.ts` has taken the sync over. */
  commit(): void
  rollback(): void
  /** Whether a change has begun and not ended; SQLite itself ends one when the disk is full. */
  isOpen(): boolean
  /** Begins a part of the change, to be kept or undone by itself. */
  mark(): void
  keep(): void
  undo(): void
}

/** Opens the file (`:memory:` for none) and brings the schema up to date. */
export function openDatabase(file: string): Database {
  const db = new DatabaseSync(file)
  try {
    return withSchema(db)
  } catch (error) {
    db.close()
    throw error
  }
}

function withSchema(db: DatabaseSync): Database {
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 2000')
  // What a part of a change would be undone by is kept in memory, and the pages of the indexes that a storm goes through too (8 MB).
  db.exec('PRAGMA temp_store = MEMORY; PRAGMA cache_size = -8000')
  const statements = new Map<string, StatementSync>()
  const prepared = (sql: string) => {
    const statement = statements.get(sql) ?? db.prepare(sql)
    statements.set(sql, statement)
    return statement
  }
  migrate(db)
  return {
    // The schema is STRICT and holds text and integers only.
    all: (sql, ...values) => prepared(sql).all(...values) as Row[],
    get: (sql, ...values) => prepared(sql).get(...values) as Row | undefined,
    run: (sql, ...values) => Number(prepared(sql).run(...values).lastInsertRowid),
    begin: () => prepared('BEGIN').run(),
    commit: () => prepared('COMMIT').run(),
    rollback: () => {
      if (db.isOpen && db.isTransaction) db.exec('ROLLBACK')
    },
    isOpen: () => db.isOpen && db.isTransaction,
    mark: () => prepared('SAVEPOINT part').run(),
    keep: () => prepared('RELEASE part').run(),
    undo: () => {
      if (db.isOpen && db.isTransaction) db.exec('ROLLBACK TO part; RELEASE part')
    },
    [Symbol.dispose]: () => db.close(),
  }
}

function migrate(db: DatabaseSync): void {
  const version = Number(db.prepare('PRAGMA user_version').get()?.user_version)
  if (version > MIGRATIONS.length)
    throw new Error(`The database is of a newer version (${version}) than this program knows (${MIGRATIONS.length})`)
  if (version === MIGRATIONS.length) return
  db.exec('BEGIN IMMEDIATE')
  try {
    for (const migration of MIGRATIONS.slice(version)) db.exec(migration)
    db.exec(`PRAGMA user_version = ${MIGRATIONS.length}`)
    db.exec('COMMIT')
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK')
    throw error
  }
}
