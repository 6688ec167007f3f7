import { hash } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { inStatements } from '../rows/insert-rows.ts'
import type { Row, Sql, Value } from '../rows/sql.ts'

/** So many entries are written before other work of the process gets its turn. */
const AT_ONCE = 256
/** At the end of a statement. */
const RETURNING = /\bRETURNING\s+\w+\s*$/i

/** What is on record: the column that names a row, and the columns that are of the moment and not on record. */
export const AUDITED: Record<string, { key: string; passing: readonly string[] }> = {
  incidents: { key: 'id', passing: [] },
  episodes: { key: 'id', passing: ['last_seen_at', 'held', 'confirmed'] },
  events: { key: 'id', passing: [] },
  transcript: { key: 'id', passing: [] },
  messages: { key: 'id', passing: ['claimed_until', 'claimed_by', 'next_attempt_at', 'attempts'] },
  actions: { key: 'number', passing: [] },
}

/** One entry: how a row stood after a change of it. An empty digest: it was removed. */
export interface AuditEntry {
  n: number
  at: string
  tbl: string
  key: string
  digest: string
}

/** Before the first entry. */
export const NO_HASH = '0'.repeat(64)

const sha256 = (text: string) => hash('sha256', text, 'hex')

/** What an entry adds to the chain. */
export const hashOf = (before: string, { n, at, tbl, key, digest }: AuditEntry) => sha256(JSON.stringify([before, n, at, tbl, key, digest]))

/** What of a row is on record. */
export function digestOf(table: string, row: Row): string {
  const columns: [string, string | number][] = []
  for (const name of columnsOf(table, row)) {
    const value = row[name]
    if (value !== null && value !== undefined) columns.push([name, value])
  }
  return sha256(JSON.stringify(columns))
}

/** Kept by the columns that a row has: sorting them costs more than the hash. */
const sorted = new Map<string, string[]>()

/** The columns on record, by their names. */
function columnsOf(table: string, row: Row): string[] {
  const names = Object.keys(row)
  const shape = `${table} ${names.join()}`
  const known = sorted.get(shape)
  if (known) return known
  const passing = AUDITED[table]?.passing ?? []
  const columns = names.filter((name) => !passing.includes(name)).toSorted((a, b) => (a < b ? -1 : 1))
  sorted.set(shape, columns)
  return columns
}

/** The statements of one piece of work, each change of a row noted. */
export interface AuditedSql {
  readonly sql: Sql
  /** Appends how the changed rows stand now to the record; in the same change as they. */
  flush(): Promise<void>
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

/** Notes every change of a table on record that is made by these statements, and when it was made. */
export function audited(sql: Sql, now: () => Date): AuditedSql {
  const entries = new Map<string, Omit<AuditEntry, 'n' | 'at'>>()
  const all = async (statement: string, ...values: Value[]) => {
    const changed = changedBy(statement)
    if (!changed) return sql.all(statement, ...values)
    const rows = await sql.all(changed.statement, ...values)
    const { table, removes } = changed
    for (const row of rows) {
      const key = String(row[AUDITED[table]?.key ?? 'id'])
      entries.set(`${table} ${key}`, { tbl: table, key, digest: removes ? '' : digestOf(table, row) })
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
    },
    flush: () => append(sql, [...entries.values()], now().toISOString()),
  }
}

async function append(sql: Sql, entries: Omit<AuditEntry, 'n' | 'at'>[], at: string): Promise<void> {
  if (entries.length === 0) return
  const head = await sql.get('SELECT n, hash FROM audit ORDER BY n DESC LIMIT 1')
  let n = Number(head?.n ?? 0)
  let before = String(head?.hash ?? NO_HASH)
  let sinceTurn = 0
  for (const some of inStatements(entries)) {
    // Within the change, which nobody else takes part in: only the event loop goes on.
    if (sinceTurn >= AT_ONCE) {
      await nextTurn()
      sinceTurn = 0
    }
    const values: Value[] = []
    for (const { tbl, key, digest } of some) {
      n += 1
      before = hashOf(before, { n, at, tbl, key, digest })
      values.push(n, at, tbl, key, digest, before)
    }
    await sql.run(insertOf(some.length), ...values)
    sinceTurn += some.length
  }
}

const insertOf = (rows: number) =>
  `INSERT INTO audit (n, at, tbl, key, digest, hash) VALUES ${Array(rows).fill('(?, ?, ?, ?, ?, ?)').join(', ')}`

/** Puts what was stored before there was a record on record, once. */
export async function beginAudit(sql: Sql, now: () => Date): Promise<void> {
  if (await sql.get('SELECT n FROM audit LIMIT 1')) return
  const entries: Omit<AuditEntry, 'n' | 'at'>[] = []
  for (const [tbl, { key }] of Object.entries(AUDITED))
    for (const row of await sql.all(`SELECT * FROM ${tbl} ORDER BY ${key}`))
      entries.push({ tbl, key: String(row[key]), digest: digestOf(tbl, row) })
  await append(sql, entries, now().toISOString())
}
