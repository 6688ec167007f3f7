import type { ActionStore, StoredAction } from '../ports.ts'
import type { EventLog } from './event-log.ts'
import type { Row, Sql } from './sql.ts'

const IN_FLIGHT = ['approved', 'started']

/** Proposed actions, one row each; the columns beside the record are what is searched. */
export function createActionRows(sql: Sql, log: EventLog, now: () => Date): ActionStore {
  const find = async (id: string) => {
    const number = /^a(\d{1,15})$/i.exec(id)?.[1]
    const row = number && (await sql.get('SELECT * FROM actions WHERE number = ?', Number(number)))
    return row ? toAction(row) : undefined
  }
  return {
    async propose(action, event) {
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
      const number = await sql.insert(
        'INSERT INTO actions (incident_id, service, status, action) VALUES (?, ?, ?, ?)',
        'number',
        action.incident_id,
        action.service,
        whole.status,
        JSON.stringify(whole),
      )
      const stored = { ...whole, id: `A${number}` }
      await log.record(action.incident_id, event(stored))
      return stored
    },
    find,
    async list({ statuses, incidentId, service, limit = 1_000 } = {}) {
      const conditions: [condition: string, value: string][] = [
        ...(statuses ? [[`status IN (${sql.words.texts('?')})`, JSON.stringify(statuses)] satisfies [string, string]] : []),
        ...(incidentId === undefined ? [] : [['incident_id = ?', incidentId] satisfies [string, string]]),
        ...(service === undefined ? [] : [['service = ?', service] satisfies [string, string]]),
      ]
      const where = ['TRUE', ...conditions.map(([condition]) => condition)].join(' AND ')
      const values = conditions.map(([, value]) => value)
      return (await sql.all(`SELECT * FROM actions WHERE ${where} ORDER BY number DESC LIMIT ?`, ...values, limit)).map(toAction)
    },
    async move(id, { from, to, change = {}, events = [] }) {
      const action = await find(id)
      if (!action || !from.includes(action.status)) return 'not_from'
      const others = await sql.all(
        'SELECT number FROM actions WHERE service = ? AND status IN (?, ?)',
        action.service,
        'approved',
        'started',
      )
      if (IN_FLIGHT.includes(to) && others.some(({ number }) => `A${number}` !== action.id)) return 'busy'
      const { id: _, ...moved } = { ...action, ...change, status: to }
      await sql.run('UPDATE actions SET status = ?, action = ? WHERE number = ?', to, JSON.stringify(moved), Number(action.id.slice(1)))
      for (const event of events) await log.record(action.incident_id, event)
      return 'moved'
    },
  }
}

function toAction(row: Row): StoredAction {
  return { ...JSON.parse(String(row.action)), id: `A${row.number}` }
}
