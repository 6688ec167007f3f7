import { setImmediate as nextTurn } from 'node:timers/promises'
import type { TimelineEvent } from '../../api.ts'
import type { NewEvent } from '../ports.ts'
import type { Into, Row, Sql } from './sql.ts'

/** So many events are read before other work of the process gets its turn: that of a storm has tens of thousands. */
const PAGE = 1_000

/** An event, and the incident that it is of. */
export interface IncidentEvent {
  incidentId: string
  event: NewEvent
}

/** The timelines of all incidents in one table. */
export interface EventLog {
  record(incidentId: string, event: NewEvent): Promise<void>
  /** In their order. */
  recordAll(events: IncidentEvent[]): Promise<void>
  of(incidentId: string): Promise<TimelineEvent[]>
  after(id: number, limit: number): Promise<TimelineEvent[]>
  newestId(): Promise<number>
}

/** `now` stamps the events; `recorded` is called with each new one, which may yet be undone with its change. */
export function createEventLog(sql: Sql, now: () => Date, recorded: (event: TimelineEvent) => void): EventLog {
  const recordAll = async (events: IncidentEvent[]) => {
    const at = now().toISOString()
    const rows = events.map(({ incidentId, event }) => [incidentId, at, JSON.stringify(event)])
    const ids = await sql.insertAll(EVENTS, rows)
    for (const [i, { incidentId, event }] of events.entries()) recorded({ id: ids[i] ?? 0, incident_id: incidentId, at, event })
  }
  return {
    record: (incidentId, event) => recordAll([{ incidentId, event }]),
    recordAll,
    async of(incidentId) {
      const events: TimelineEvent[] = []
      for (;;) {
        const rows = await sql.all(TIMELINE, incidentId, events.at(-1)?.id ?? 0, PAGE)
        for (const row of rows) events.push(toEvent(row))
        if (rows.length < PAGE) return events
        await nextTurn()
      }
    },
    after: async (id, limit) => (await sql.all('SELECT * FROM events WHERE id > ? ORDER BY id LIMIT ?', id, limit)).map(toEvent),
    newestId: async () => Number((await sql.get('SELECT max(id) AS id FROM events'))?.id ?? 0),
  }
}

const EVENTS: Into = { table: 'events', columns: { incident_id: 'text', at: 'text', event: 'json' }, key: 'id' }
const TIMELINE = 'SELECT * FROM events WHERE incident_id = ? AND id > ? ORDER BY id LIMIT ?'

function toEvent(row: Row): TimelineEvent {
  return { id: Number(row.id), incident_id: String(row.incident_id), at: String(row.at), event: JSON.parse(String(row.event)) }
}
