import { randomUUID } from 'node:crypto'
import { decideClose } from '../../incidents/decide-close.ts'
import type { OpenIncident } from '../../incidents/decide-join.ts'
import { decideStatus } from '../../incidents/decide-status.ts'
import type { ReceivedAlert } from '../../incidents/received-alert.ts'
import type { SeverityRank } from '../../incidents/severity.ts'
import type { EventLog } from './event-log.ts'
import type { Row, Sql } from './sql.ts'

const OPEN = `
  SELECT *, EXISTS (SELECT 1 FROM episodes WHERE incident_id = incidents.id AND closed_at IS NULL AND confirmed = 1) AS confirmed
    FROM incidents WHERE service = ? AND resolved_at IS NULL ORDER BY number DESC`

export type OpenIncidents = ReturnType<typeof createOpenIncidents>

/** The open incidents that the alerts of one webhook may join: each service is read once, however many alerts it has. */
export function createOpenIncidents(sql: Sql, log: EventLog, now: () => Date) {
  const byService = new Map<string, OpenIncident[]>()
  const of = async (service: string): Promise<OpenIncident[]> => {
    const known = byService.get(service) ?? (await sql.all(OPEN, service)).map(toOpenIncident)
    byService.set(service, known)
    return known
  }
  const remember = async (service: string, incident: OpenIncident) => {
    const known = await of(service)
    known.unshift(incident)
    return incident.id
  }

  return {
    of: (service: string): Promise<OpenIncident[]> => of(service),
    async insert(alert: ReceivedAlert): Promise<string> {
      // Read before the insert, so that the new one is not found twice.
      await of(alert.service)
      const id = randomUUID()
      await sql.run(
        `INSERT INTO incidents (id, status, severity, service, opened_at, investigating) VALUES (?, 'investigating', ?, ?, ?, 1)`,
        id,
        alert.severity,
        alert.service,
        now().toISOString(),
      )
      return remember(alert.service, { id, severity: alert.severity, investigating: true, confirmed: true })
    },
    async reopen(id: string, alert: ReceivedAlert): Promise<string> {
      await of(alert.service)
      const row = (await sql.get('SELECT *, 1 AS confirmed FROM incidents WHERE id = ?', id)) ?? {}
      const { status } =
        typeof row.diagnosis === 'string' ? decideStatus(false, 'model', JSON.parse(row.diagnosis)) : { status: 'investigating' }
      await sql.run('UPDATE incidents SET status = ?, resolved_at = NULL WHERE id = ?', status, id)
      await log.record(id, { kind: 'incident_reopened', reason: 'flapping' })
      return remember(alert.service, toOpenIncident(row))
    },
    /** The alert is one of this incident's from now on. */
    async add(id: string, alert: ReceivedAlert, rank: SeverityRank): Promise<void> {
      const incident = (await of(alert.service)).find((each) => each.id === id)
      if (!incident) return
      if (rank(alert.severity) > rank(incident.severity)) {
        incident.severity = alert.severity
        await sql.run('UPDATE incidents SET severity = ? WHERE id = ?', alert.severity, id)
      }
    },
    /** True when it was closed. */
    async closeIfOver(id: string): Promise<boolean> {
      const row = await sql.get('SELECT resolved_at FROM incidents WHERE id = ?', id)
      if (!row || row.resolved_at !== null) return false
      const isOpen = (await sql.get('SELECT 1 FROM episodes WHERE incident_id = ? AND closed_at IS NULL LIMIT 1', id)) !== undefined
      if (decideClose(isOpen ? 1 : 0).kind === 'keep') return false
      await sql.run(`UPDATE incidents SET status = 'resolved', resolved_at = ? WHERE id = ?`, now().toISOString(), id)
      await log.record(id, { kind: 'incident_resolved' })
      return true
    },
  }
}

const toOpenIncident = (row: Row): OpenIncident => ({
  id: String(row.id),
  severity: String(row.severity),
  investigating: row.investigating === 1,
  confirmed: row.confirmed === 1,
})
