import { hash } from 'node:crypto'
import type { Into, Row, Value } from '../rows/sql.ts'

/** What is on record: the column that names a row, and the columns that are of the moment and not on record. */
export const AUDITED: Record<string, { key: string; passing: readonly string[] }> = {
  incidents: { key: 'id', passing: [] },
  episodes: { key: 'id', passing: ['last_seen_at', 'held', 'confirmed'] },
  events: { key: 'id', passing: [] },
  transcript: { key: 'id', passing: [] },
  messages: { key: 'id', passing: ['claimed_until', 'claimed_by', 'next_attempt_at', 'attempts'] },
  actions: { key: 'number', passing: [] },
}

/** How a row stood after a change of it. An empty digest: it was removed. */
export interface RowState {
  tbl: string
  key: string
  digest: string
}

/** One entry: how one row stood (so older versions wrote all of them), or how several did, packed. */
export interface AuditEntry extends RowState {
  n: number
  at: string
}

/** Before the first entry. */
export const NO_HASH = '0'.repeat(64)

/** Stands where the table does in an entry of several rows; `key` is how many. */
const SEVERAL = 'rows'

const sha256 = (text: string) => hash('sha256', text, 'hex')

/** What an entry adds to the chain. */
export const hashOf = (before: string, { n, at, tbl, key, digest }: AuditEntry) => sha256(JSON.stringify([before, n, at, tbl, key, digest]))

/** Several rows as one entry has them: its hash is over all of them. */
export function packed(rows: RowState[]): RowState {
  const digest = rows.map((row) => `${row.tbl} ${row.key} ${row.digest}`).join(';')
  return { tbl: SEVERAL, key: String(rows.length), digest }
}

/** The rows of an entry, in the order of their changes. */
export function rowsOf(entry: RowState): RowState[] {
  if (entry.tbl !== SEVERAL) return [entry]
  return entry.digest.split(';').map((row) => {
    const [tbl = '', key = '', digest = ''] = row.split(' ')
    return { tbl, key, digest }
  })
}

/** How a row stands that was read from its table. */
export function stateOf(table: string, row: Row): RowState {
  return { tbl: table, key: String(row[AUDITED[table]?.key ?? 'id']), digest: digestOf(table, row) }
}

/** What of a row is on record. */
export function digestOf(table: string, row: Row): string {
  const columns: [string, Value][] = []
  for (const name of columnsOf(table, Object.keys(row))) {
    const value = row[name]
    if (value !== null && value !== undefined) columns.push([name, value])
  }
  return sha256(JSON.stringify(columns))
}

/** How a row stands that was just added, without reading it again: of the values that it was given, and the key that it got. The digest is that of `digestOf`. */
export function stateOfNew(into: Into, values: Value[], key: number): RowState {
  const { places, name } = placesOf(into)
  let columns = ''
  for (const [begin, place] of places) {
    const value = place === undefined ? key : values[place]
    if (value === null || value === undefined) continue
    // Databases keep no half of a character.
    columns += `${columns === '' ? '' : ','}${begin}${typeof value === 'string' ? JSON.stringify(value.toWellFormed()) : value}]`
  }
  return { tbl: into.table, key: String(name === undefined ? key : values[name]), digest: sha256(`[${columns}]`) }
}

interface Places {
  /** How the columns on record begin in JSON, by their names, and where their values are; undefined is the row's own number. */
  places: [string, number | undefined][]
  /** Where the value is that names the row; undefined: its number does. */
  name: number | undefined
}

const places = new Map<Into, Places>()

function placesOf(into: Into): Places {
  const known = places.get(into)
  if (known) return known
  const { table, key } = into
  const names = Object.keys(into.columns)
  const placeOf = (name: string) => (name === key ? undefined : names.indexOf(name))
  const found = {
    places: columnsOf(table, [key, ...names]).map((name): [string, number | undefined] => [`[${JSON.stringify(name)},`, placeOf(name)]),
    name: placeOf(AUDITED[table]?.key ?? 'id'),
  }
  places.set(into, found)
  return found
}

/** Kept by the columns that a row has: sorting them costs more than the hash. */
const sorted = new Map<string, string[]>()

/** The columns on record, by their names. */
function columnsOf(table: string, names: string[]): string[] {
  const shape = `${table} ${names.join()}`
  const known = sorted.get(shape)
  if (known) return known
  const passing = AUDITED[table]?.passing ?? []
  const columns = names.filter((name) => !passing.includes(name)).toSorted((a, b) => (a < b ? -1 : 1))
  sorted.set(shape, columns)
  return columns
}
