import type { Inquiry } from '../../api.ts'
import type { Sql } from './sql.ts'

/** Tables with the rows of an incident, those that others refer to last. */
const OF_AN_INCIDENT = ['messages', 'events', 'transcript', 'actions', 'episodes'] as const

/** Nothing of an incident that somebody still works on. */
const OVER = `
  SELECT id FROM incidents
   WHERE resolved_at < ?1 AND investigating = 0
     AND NOT EXISTS (SELECT 1 FROM messages WHERE incident_id = incidents.id AND state IN ('pending', 'sending', 'unknown', 'received', 'begun'))
     AND NOT EXISTS (SELECT 1 FROM actions WHERE incident_id = incidents.id AND status IN ('proposed', 'approved', 'started'))
   ORDER BY number LIMIT ?2`

/**
 * Removes incidents that were resolved before that time with all that belongs to them, at most so many, and what belongs to none and is as old.
 * Returns how many incidents went. The record of changes notes each row as removed.
 */
export async function prune(sql: Sql, before: Date, limit: number): Promise<number> {
  const time = before.toISOString()
  const over = await sql.all(OVER, time, limit)
  for (const { id } of over) {
    for (const table of OF_AN_INCIDENT) await sql.run(`DELETE FROM ${table} WHERE incident_id = ?`, String(id))
    await sql.run('DELETE FROM incidents WHERE id = ?', String(id))
  }
  await sql.run(
    `DELETE FROM messages WHERE incident_id IS NULL AND created_at < ? AND state NOT IN ('pending', 'sending', 'unknown', 'received', 'begun')`,
    time,
  )
  await sql.run('DELETE FROM episodes WHERE incident_id IS NULL AND received_at < ?', time)
  for (const { id, document } of await sql.all(`SELECT id, document FROM inquiries WHERE status <> 'running'`)) {
    const { asked_at }: Inquiry = JSON.parse(String(document))
    if (asked_at < time) await sql.run('DELETE FROM inquiries WHERE id = ?', String(id))
  }
  return over.length
}
