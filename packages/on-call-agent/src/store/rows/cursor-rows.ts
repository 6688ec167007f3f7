import type { Cursors } from '../cursors.ts'
import type { Sql } from './sql.ts'

/** Cursors as rows. */
export function createCursorRows(sql: Sql): Cursors {
  return {
    async get(name) {
      const row = await sql.get('SELECT event_id FROM cursors WHERE name = ?', name)
      return row && Number(row.event_id)
    },
    async set(name, eventId) {
      await sql.run('INSERT INTO cursors (name, event_id) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET event_id = ?2', name, eventId)
    },
  }
}
