import { inStatements, insertOf } from '../rows/insert-rows.ts'
import type { Sql, Words } from '../rows/sql.ts'
import type { Writer } from '../turnstile.ts'
import type { Database } from './database.ts'
import type { WriteAheadLog } from './write-ahead-log.ts'

const WORDS: Words = {
  later: (a, b) => `max(${a}, ${b})`,
  texts: (json) => `SELECT value FROM json_each(${json})`,
  numbers: (json) => `SELECT value FROM json_each(${json})`,
  newestOf: (json, { table, columns, pair: [a, b], limit }) => `
    SELECT ${columns.map((name) => `each.${name}`).join(', ')} FROM json_each(${json}) AS pair JOIN ${table} AS each
        ON each.id IN (SELECT id FROM ${table} WHERE ${a} = pair.value ->> 0 AND ${b} = pair.value ->> 1 ORDER BY id DESC LIMIT ${limit})`,
}

/** The one writer of a SQLite database; without a log SQLite itself syncs each commit. */
export function createWriter(db: Database, log?: WriteAheadLog): Writer {
  return {
    sql: createSql(db),
    async begin() {
      await log?.ready()
      db.begin()
    },
    async commit() {
      db.commit()
      await log?.sync()
    },
    async rollback() {
      db.rollback()
    },
    isOpen: db.isOpen,
    async mark() {
      db.mark()
    },
    async keep() {
      db.keep()
    },
    async undo() {
      db.undo()
    },
  }
}

/** Statements of whoever only reads, in a change or outside of one. */
export const readOnly = (db: Database): Sql => createSql({ ...db, isOpen: () => true })

function createSql(db: Database): Sql {
  // What came after a full disk ended the change would be a change of its own.
  const open = () => {
    if (!db.isOpen()) throw new Error('The transaction has ended')
    return db
  }
  return {
    words: WORDS,
    all: async (sql, ...values) => open().all(sql, ...values),
    get: async (sql, ...values) => open().get(sql, ...values),
    async run(sql, ...values) {
      open().run(sql, ...values)
    },
    // The row id; SQLite keeps it in the column that is its integer key.
    insert: async (sql, _key, ...values) => open().run(sql, ...values),
    async insertAll(into, rows) {
      const keys: number[] = []
      for (const some of inStatements(rows)) {
        // Nobody else adds rows meanwhile: those of a statement are numbered one after the other.
        const last = open().run(insertOf(into, some.length), ...some.flat())
        for (let key = last - some.length + 1; key <= last; key += 1) keys.push(key)
      }
      return keys
    },
  }
}
