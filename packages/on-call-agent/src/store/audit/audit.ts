import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Sql, Value } from '../rows/sql.ts'
import { AUDITED, hashOf, NO_HASH, packed, type RowState, stateOf, stateOfNew } from './entry.ts'

/** So many rows share an entry; then other work of the process gets its turn. */
const ROWS_AN_ENTRY = 256
/** At the end of a statement. */
const RETURNING = /\bRETURNING\s+\w+\s*$/i

/** The statements of one piece of work, each change of a row noted. */
export interface AuditedSql {
  readonly sql: Sql
  /** How the rows that they changed stand now. */
  changed(): RowState[]
}

const CHANGES = /^\s*(INSERT\s+INTO|UPDATE|DELETE\s+FROM)\s+(\w+)/i
const SETS = /\bSET\s+([\s\S]*?)(\bWHERE\b|$)/i

interface Changed {
  table: string
  removes: boolean
  /** The statement, which gives the rows that it changed as they stand then. */
  statement: string
}

/** Kept by statement: they are few. */
const read = new Map<string, Changed | undefined>()

/** Which table on record a statement changes; undefined for none, and where it sets passing columns only. */
function changedBy(statement: string): Changed | undefined {
  if (read.has(statement)) return read.get(statement)
  const [, verb = '', table = ''] = CHANGES.exec(statement) ?? []
  const audited = AUDITED[table]
  const set = [...(SETS.exec(statement)?.[1] ?? '').matchAll(/(?:^|,)\s*(\w+)\s*=/g)].map(([, name = '']) => name)
  const isPassing = /^UPDATE$/i.test(verb) && set.length > 0 && set.every((name) => audited?.passing.includes(name))
  const returning = RETURNING.test(statement) ? statement.replace(RETURNING, 'RETURNING *') : `${statement} RETURNING *`
  const changed = audited && !isPassing ? { table, removes: /^DELETE/i.test(verb), statement: returning } : undefined
  read.set(statement, changed)
  return changed
}

/** Notes every change of a table on record that is made by these statements. */
export function audited(sql: Sql): AuditedSql {
  const noted: RowState[] = []
  const all = async (statement: string, ...values: Value[]) => {
    const changed = changedBy(statement)
    if (!changed) return sql.all(statement, ...values)
    const rows = await sql.all(changed.statement, ...values)
    for (const row of rows) {
      const state = stateOf(changed.table, row)
      noted.push(changed.removes ? { ...state, digest: '' } : state)
    }
    return rows
  }
  return {
    sql: {
      words: sql.words,
      all,
      get: async (statement, ...values) => (await all(statement, ...values))[0],
      async run(statement, ...values) {
        if (changedBy(statement)) await all(statement, ...values)
        else await sql.run(statement, ...values)
      },
      async insert(statement, key, ...values) {
        if (!changedBy(statement)) return sql.insert(statement, key, ...values)
        return Number((await all(statement, ...values))[0]?.[key])
      },
      async insertAll(into, rows) {
        const keys = await sql.insertAll(into, rows)
        if (AUDITED[into.table]) for (const [i, row] of rows.entries()) noted.push(stateOfNew(into, row, keys[i] ?? 0))
        return keys
      },
    },
    changed: () => noted,
  }
}

/** Appends how these rows stand to the record, each as it stood last; in the same change as they. */
export async function appendToRecord(sql: Sql, changed: RowState[], at: string): Promise<void> {
  if (changed.length === 0) return
  const rows = [...new Map(changed.map((row) => [`${row.tbl} ${row.key}`, row])).values()]
  const head = await sql.get('SELECT n, hash FROM audit ORDER BY n DESC LIMIT 1')
  let n = Number(head?.n ?? 0)
  let before = String(head?.hash ?? NO_HASH)
  for (let i = 0; i < rows.length; i += ROWS_AN_ENTRY) {
    // Within the change, which nobody else takes part in: only the event loop goes on.
    if (i > 0) await nextTurn()
    n += 1
    const entry = { n, at, ...packed(rows.slice(i, i + ROWS_AN_ENTRY)) }
    before = hashOf(before, entry)
    await sql.run(APPEND, n, at, entry.tbl, entry.key, entry.digest, before)
  }
}

const APPEND = 'INSERT INTO audit (n, at, tbl, key, digest, hash) VALUES (?, ?, ?, ?, ?, ?)'

/** Puts what was stored before there was a record on record, once. */
export async function beginAudit(sql: Sql, now: () => Date): Promise<void> {
  if (await sql.get('SELECT n FROM audit LIMIT 1')) return
  const rows: RowState[] = []
  for (const [table, { key }] of Object.entries(AUDITED))
    for (const row of await sql.all(`SELECT * FROM ${table} ORDER BY ${key}`)) rows.push(stateOf(table, row))
  await appendToRecord(sql, rows, now().toISOString())
}
