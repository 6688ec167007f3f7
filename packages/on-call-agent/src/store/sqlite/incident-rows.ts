import type { Episode, Incident } from '../../api.ts'
import type { Database, Row } from './database.ts'

/** Reads incidents with their episodes. */
export function createIncidentReader(db: Database) {
  const read = (row: Row): Incident => ({
    id: String(row.id),
    ref: `I${row.number}`,
    status: String(row.status) as Incident['status'], // Only written by this package, from the same union.
    severity: String(row.severity),
    service: String(row.service),
    alerts: db.all('SELECT * FROM episodes WHERE incident_id = ? ORDER BY id', String(row.id)).map(toEpisode),
    opened_at: String(row.opened_at),
    diagnosed_at: text(row.diagnosed_at),
    resolved_at: text(row.resolved_at),
    diagnosis: json(row.diagnosis),
    ticket: json(row.ticket),
  })
  return {
    list: (limit: number) => db.all('SELECT * FROM incidents ORDER BY number DESC LIMIT ?', limit).map(read),
    find(idOrRef: string): Incident | undefined {
      const number = /^i(\d{1,15})$/i.exec(idOrRef)?.[1]
      const row = db.get('SELECT * FROM incidents WHERE id = ? OR number = ?', idOrRef.toLowerCase(), number ? Number(number) : null)
      return row && read(row)
    },
  }
}

function toEpisode(row: Row): Episode {
  return {
    alertname: String(row.alertname),
    severity: String(row.severity),
    summary: String(row.summary),
    labels: JSON.parse(String(row.labels)),
    fingerprint: String(row.fingerprint),
    starts_at: String(row.starts_at),
    received_at: String(row.received_at),
    ends_at: text(row.ends_at),
  }
}

const text = (value: Row[string] | undefined) => (value === null || value === undefined ? null : String(value))
const json = (value: Row[string] | undefined) => (typeof value === 'string' ? JSON.parse(value) : null)
