import { randomUUID } from 'node:crypto'
import { decideClose } from '../../incidents/decide-close.ts'
import type { OpenIncident } from '../../incidents/decide-join.ts'
import { decideStatus } from '../../incidents/decide-status.ts'
import type { ReceivedAlert } from '../../incidents/received-alert.ts'
import type { SeverityRank } from '../../incidents/severity.ts'
import type { Database, Row } from './database.ts'
import type { EventLog } from './event-log.ts'

/** So many names of alerts are kept with an incident, to tell a new symptom from a known one. */
const ALERTNAMES = 100

const OPEN = `
  SELECT *, EXISTS (SELECT 1 FROM episodes WHERE incident_id = incidents.id AND closed_at IS NULL AND confirmed = 1) AS confirmed
    FROM incidents WHERE service = ? AND resolved_at IS NULL ORDER BY number DESC`

interface Known extends OpenIncident {
  alertnames: Set<string>
}

/** The open incidents that the alerts of one webhook may join: each service is read once, however many alerts it has. */
export function createOpenIncidents(db: Database, log: EventLog, now: () => Date) {
  const byService = new Map<string, Known[]>()
  const of = (service: string): Known[] => {
    const known = byService.get(service) ?? db.all(OPEN, service).map(toOpenIncident)
    byService.set(service, known)
    return known
  }
  const remember = (service: string, incident: Known) => {
    of(service).unshift(incident)
    return incident.id
  }

  return {
    of: (service: string): OpenIncident[] => of(service),
    insert(alert: ReceivedAlert): string {
      // Read before the insert, so that the new one is not found twice.
      of(alert.service)
      const id = randomUUID()
      db.run(
        `INSERT INTO incidents (id, status, severity, service, opened_at, investigating, alertnames) VALUES (?, 'investigating', ?, ?, ?, 1, ?)`,
        id,
        alert.severity,
        alert.service,
        now().toISOString(),
        JSON.stringify([alert.alertname]),
      )
      const alertnames = new Set([alert.alertname])
      return remember(alert.service, { id, severity: alert.severity, investigating: true, confirmed: true, alertnames })
    },
    reopen(id: string, alert: ReceivedAlert): string {
      of(alert.service)
      const row = db.get('SELECT *, 1 AS confirmed FROM incidents WHERE id = ?', id) ?? {}
      const { status } =
        typeof row.diagnosis === 'string' ? decideStatus(false, 'model', JSON.parse(row.diagnosis)) : { status: 'investigating' }
      db.run('UPDATE incidents SET status = ?, resolved_at = NULL WHERE id = ?', status, id)
      log.record(id, { kind: 'incident_reopened', reason: 'flapping' })
      return remember(alert.service, toOpenIncident(row))
    },
    /** The alert is one of this incident's from now on. */
    add(id: string, alert: ReceivedAlert, rank: SeverityRank): void {
      const incident = of(alert.service).find((each) => each.id === id)
      if (!incident) return
      if (rank(alert.severity) > rank(incident.severity)) {
        incident.severity = alert.severity
        db.run('UPDATE incidents SET severity = ? WHERE id = ?', alert.severity, id)
      }
      if (incident.alertnames.has(alert.alertname) || incident.alertnames.size >= ALERTNAMES) return
      incident.alertnames.add(alert.alertname)
      db.run('UPDATE incidents SET alertnames = ? WHERE id = ?', JSON.stringify([...incident.alertnames]), id)
    },
    /** True when it was closed. */
    closeIfOver(id: string): boolean {
      const row = db.get('SELECT resolved_at FROM incidents WHERE id = ?', id)
      if (!row || row.resolved_at !== null) return false
      const isOpen = db.get('SELECT 1 FROM episodes WHERE incident_id = ? AND closed_at IS NULL LIMIT 1', id) !== undefined
      if (decideClose(isOpen ? 1 : 0).kind === 'keep') return false
      db.run(`UPDATE incidents SET status = 'resolved', resolved_at = ? WHERE id = ?`, now().toISOString(), id)
      log.record(id, { kind: 'incident_resolved' })
      return true
    },
  }
}

const toOpenIncident = (row: Row): Known => ({
  id: String(row.id),
  severity: String(row.severity),
  investigating: row.investigating === 1,
  confirmed: row.confirmed === 1,
  alertnames: new Set(JSON.parse(String(row.alertnames))),
})
