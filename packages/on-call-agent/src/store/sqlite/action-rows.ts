import type { ActionStore, StoredAction } from '../ports.ts'
import type { Synchronous } from './async-ports.ts'
import type { Database, Row } from './database.ts'
import type { EventLog } from './event-log.ts'

const IN_FLIGHT = ['approved', 'started']

/** Proposed actions, one row each; the columns beside the record are what is searched. */
export function createActionRows(db: Database, log: EventLog, now: () => Date): Synchronous<ActionStore> {
  const find = (id: string) => {
    const number = /^a(\d{1,15})$/i.exec(id)?.[1]
    const row = number && db.get('SELECT * FROM actions WHERE number = ?', Number(number))
    return row ? toAction(row) : undefined
  }
  return {
    propose(action, event) {
      const whole: Omit<StoredAction, 'id'> = {
        ...action,
        status: 'proposed',
        status_reason: null,
        proposed_at: now().toISOString(),
        decided_at: null,
        decided_by: null,
        started_at: null,
        ended_at: null,
        output: null,
        verification: null,
        undo: null,
        before: null,
      }
      const number = db.run(
        'INSERT INTO actions (incident_id, service, status, action) VALUES (?, ?, ?, ?)',
        action.incident_id,
        action.service,
        whole.status,
        JSON.stringify(whole),
      )
      const stored = { ...whole, id: `A${number}` }
      log.record(action.incident_id, event(stored))
      return stored
    },
    find,
    list({ statuses, incidentId, service, limit = 1_000 } = {}) {
      const conditions: [sql: string, value: string][] = [
        ...(statuses ? [['status IN (SELECT value FROM json_each(?))', JSON.stringify(statuses)] satisfies [string, string]] : []),
        ...(incidentId === undefined ? [] : [['incident_id = ?', incidentId] satisfies [string, string]]),
        ...(service === undefined ? [] : [['service = ?', service] satisfies [string, string]]),
      ]
      const where = ['TRUE', ...conditions.map(([sql]) => sql)].join(' AND ')
      const values = conditions.map(([, value]) => value)
      return db.all(`SELECT * FROM actions WHERE ${where} ORDER BY number DESC LIMIT ?`, ...values, limit).map(toAction)
    },
    move(id, { from, to, change = {}, events = [] }) {
      const action = find(id)
      if (!action || !from.includes(action.status)) return 'not_from'
      const others = db.all('SELECT number FROM actions WHERE service = ? AND status IN (?, ?)', action.service, 'approved', 'started')
      if (IN_FLIGHT.includes(to) && others.some(({ number }) => `A${number}` !== action.id)) return 'busy'
      const { id: _, ...moved } = { ...action, ...change, status: to }
      db.run('UPDATE actions SET status = ?, action = ? WHERE number = ?', to, JSON.stringify(moved), Number(action.id.slice(1)))
      for (const event of events) log.record(action.incident_id, event)
      return 'moved'
    },
  }
}

function toAction(row: Row): StoredAction {
  return { ...JSON.parse(String(row.action)), id: `A${row.number}` }
}
