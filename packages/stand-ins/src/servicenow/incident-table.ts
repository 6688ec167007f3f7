import { randomBytes } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import {
  CLOSE_CODES,
  FIELDS,
  type Fields,
  isWritable,
  JOURNALS,
  type JournalName,
  OVER,
  priorityOf,
  RESOLVED,
  STATES,
  timeOf,
} from './record.ts'
import { noRecord, ServiceNowError } from './servicenow-error.ts'

interface JournalEntry {
  name: JournalName
  text: string
  at: string
  by: string
}

/** What is told when a record was written. */
export interface Change {
  record: Fields
  kind: 'insert' | 'update'
}

/** The table `incident` with the rules of a new instance. */
export interface IncidentTable {
  all(): Fields[]
  get(sysId: string): Fields
  insert(values: Record<string, unknown>, by: string): Fields
  update(sysId: string, values: Record<string, unknown>, by: string): Fields
  remove(sysId: string): void
  /** The newest first, as the form shows them. */
  journal(sysId: string): JournalEntry[]
}

const FIRST_NUMBER = 10_000
const NUMBERS_WIDTH = 7

export function createIncidentTable(
  db: DatabaseSync,
  { now, onChange }: { now: () => number; onChange: (change: Change) => void },
): IncidentTable {
  const rows = db.prepare('SELECT fields FROM sn_incidents ORDER BY seq')
  const one = db.prepare('SELECT fields FROM sn_incidents WHERE sys_id = ?')
  const add = db.prepare('INSERT INTO sn_incidents (sys_id, fields) VALUES (?, ?)')
  const rewrite = db.prepare('UPDATE sn_incidents SET fields = ? WHERE sys_id = ?')
  const drop = db.prepare('DELETE FROM sn_incidents WHERE sys_id = ?')
  const addEntry = db.prepare('INSERT INTO sn_journal (sys_id, name, text, at_ms, by_user) VALUES (?, ?, ?, ?, ?)')
  const entries = db.prepare('SELECT * FROM sn_journal WHERE sys_id = ? ORDER BY id DESC')
  const parse = (row: object | undefined): Fields => JSON.parse(String((row as { fields: string }).fields)) // What this file wrote.

  const get = (sysId: string): Fields => {
    const row = one.get(sysId)
    if (!row) throw noRecord()
    return parse(row)
  }
  const note = (sysId: string, values: Fields, by: string) => {
    for (const name of JOURNALS) if (values[name]) addEntry.run(sysId, name, values[name], now(), by)
  }

  return {
    all: () => rows.all().map(parse),
    get,
    insert(input, by) {
      const values = textsOf(input)
      const sysId = randomBytes(16).toString('hex')
      const at = timeOf(now())
      const { lastInsertRowid } = add.run(sysId, '{}')
      const record = settle(
        {
          ...Object.fromEntries(FIELDS.map((name) => [name, ''])),
          impact: '3',
          urgency: '3',
          state: '1',
          ...writable(values),
          sys_id: sysId,
          number: `INC${String(FIRST_NUMBER + Number(lastInsertRowid)).padStart(NUMBERS_WIDTH, '0')}`,
          opened_at: at,
          sys_created_on: at,
          sys_updated_on: at,
          sys_mod_count: '0',
        },
        undefined,
        at,
      )
      rewrite.run(JSON.stringify(record), sysId)
      note(sysId, values, by)
      onChange({ record, kind: 'insert' })
      return record
    },
    update(sysId, input, by) {
      const before = get(sysId)
      const values = textsOf(input)
      const at = timeOf(now())
      const wanted = { ...before, ...writable(values) }
      const hasNote = JOURNALS.some((name) => values[name])
      // Nothing that changes nothing counts as an update, and no rule runs.
      if (!hasNote && FIELDS.every((name) => wanted[name] === before[name])) return before
      const count = String(Number(before.sys_mod_count) + 1)
      const record = settle({ ...wanted, sys_updated_on: at, sys_mod_count: count }, before, at)
      rewrite.run(JSON.stringify(record), sysId)
      note(sysId, values, by)
      onChange({ record, kind: 'update' })
      return record
    },
    remove(sysId) {
      get(sysId)
      drop.run(sysId)
    },
    journal: (sysId) =>
      entries.all(sysId).map((row) => ({
        name: String(row.name) as JournalName, // As this file wrote it.
        text: String(row.text),
        at: timeOf(Number(row.at_ms)),
        by: String(row.by_user),
      })),
  }
}

const KNOWN = [...new Set([...FIELDS, ...JOURNALS])]

/** Numbers and truth values become texts; what is no plain value is refused. Of the fields that there are, whatever else was sent. */
function textsOf(input: Record<string, unknown>): Fields {
  return Object.fromEntries(
    KNOWN.filter((name) => Object.hasOwn(input, name)).map((name) => {
      const value = input[name]
      if (value === null) return [name, '']
      if (typeof value === 'object')
        throw new ServiceNowError(400, 'Exception while reading request', `The payload of ${name} is not valid`)
      return [name, String(value)]
    }),
  )
}

/** Unknown fields, and those that the instance keeps, are ignored without a word. */
const writable = (values: Fields): Fields => Object.fromEntries(Object.entries(values).filter(([name]) => isWritable(name)))

/** What follows from what was written, and the data policy for resolving. @throws ServiceNowError 403 */
function settle(record: Fields, before: Fields | undefined, at: string): Fields {
  const { state = '1', impact = '3', urgency = '3', close_code = '', close_notes = '' } = record
  if (!(state in STATES)) throw new ServiceNowError(403, 'Operation Failed', 'Invalid update: state')
  if (state === RESOLVED || state === '7') {
    const missing = [...(close_code === '' ? ['Resolution code'] : []), ...(close_notes === '' ? ['Resolution notes'] : [])]
    if (missing.length > 0)
      throw new ServiceNowError(403, 'Operation Failed', `Data Policy Exception: The following fields are mandatory: ${missing.join(', ')}`)
    if (!CLOSE_CODES.includes(close_code))
      throw new ServiceNowError(403, 'Operation Failed', 'Data Policy Exception: Invalid Resolution code')
  }
  if (before && OVER.slice(1).includes(before.state ?? '') && state !== before.state)
    throw new ServiceNowError(403, 'Operation Failed', 'Record is closed: ACL Exception Update Failed due to security constraints')
  const isOver = OVER.includes(state)
  return {
    ...record,
    priority: priorityOf(impact, urgency),
    active: String(!OVER.slice(1).includes(state)),
    resolved_at: state === RESOLVED && record.resolved_at === '' ? at : isOver ? (record.resolved_at ?? '') : '',
    closed_at: OVER.slice(1).includes(state) ? record.closed_at || at : '',
    work_notes: '',
    comments: '',
  }
}
