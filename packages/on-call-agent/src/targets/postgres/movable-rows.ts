import type { Look } from './client.ts'
import { text } from './database-tool.ts'

/** A table whose rows may be set aside, from the table `oncall.movable_tables` of its database; `readBy` is the route that reads the row of a key: `/items/:id`. */
export interface MovableTable {
  table: string
  readBy: string
}

export type RowState = 'here' | 'quarantined' | 'absent' | 'no_key'

/** None where the database lists none. */
export async function readMovableTables(look: Look): Promise<MovableTable[]> {
  const [found] = await look.query("SELECT to_regclass('oncall.movable_tables') AS listed")
  if (!found?.listed) return []
  const rows = await look.query('SELECT on_table, read_by FROM oncall.movable_tables ORDER BY 1 LIMIT 100')
  return rows.map((row) => ({ table: text(row.on_table), readBy: text(row.read_by) }))
}

/** Where a row of a listed table is. */
export async function readRowState(look: Look, { table, key }: { table: string; key: string }): Promise<RowState> {
  const [row] = await look.query('SELECT oncall.find_row($1, $2) AS state', [table, key])
  const state = text(row?.state)
  if (state === 'here' || state === 'quarantined' || state === 'absent' || state === 'no_key') return state
  throw new Error(`The database says "${state.slice(0, 60)}" of a row`)
}

/** The key of the row that a path reads by this route; undefined where the route is another one. */
export function keyIn(path: string, readBy: string): string | undefined {
  const begin = readBy.slice(0, readBy.indexOf(':'))
  const last = path.slice(begin.length)
  if (!path.startsWith(begin) || last === '' || last.includes('/')) return undefined
  try {
    return decodeURIComponent(last)
  } catch {
    return undefined // No client of the shop means anything by it.
  }
}
