import type { KnownEpisode } from '../../incidents/decide-alert.ts'
import { type ReceivedAlert, triggerOf } from '../../incidents/received-alert.ts'
import type { NewEvent } from '../ports.ts'
import type { EventLog } from './event-log.ts'
import { optionalText, type Sql } from './sql.ts'

/** A known episode and its incident. */
export interface KnownRow extends KnownEpisode {
  incidentId: string | null
}

type AlertEnd = Extract<NewEvent, { kind: 'alert_resolved' }>

/** So many of one alert's episodes are looked at, the newest. */
const KNOWN = 50

/** Reads and writes episodes. */
export function createEpisodeRows(sql: Sql, log: EventLog, now: () => Date) {
  let touched: string[] = []
  return {
    /** The newest first. The same fingerprint under another service is another alert, and so it is by another trigger. */
    async known({ fingerprint, service, source, once }: ReceivedAlert): Promise<KnownRow[]> {
      const rows = await sql.all(
        `SELECT id, incident_id, starts_at, closed_at, source FROM episodes
          WHERE fingerprint = ? ${once ? '' : 'AND service = ?'} ORDER BY id DESC LIMIT ${KNOWN}`,
        fingerprint,
        ...(once ? [] : [service]),
      )
      return rows
        .filter((row) => triggerOf(String(row.source)) === triggerOf(source))
        .map((row) => ({
          id: Number(row.id),
          incidentId: optionalText(row.incident_id) ?? null,
          startsAt: String(row.starts_at),
          closedAt: optionalText(row.closed_at) ?? null,
        }))
    },
    async insert(alert: ReceivedAlert, incidentId: string | null): Promise<void> {
      const at = now().toISOString()
      const isOver = alert.status === 'resolved'
      await sql.run(
        `INSERT INTO episodes (incident_id, alertname, severity, summary, labels, fingerprint, starts_at, received_at, last_seen_at,
           service, source, annotations, generator_url, ends_at, closed_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        incidentId,
        alert.alertname,
        alert.severity,
        alert.summary,
        JSON.stringify(alert.labels),
        alert.fingerprint,
        alert.startsAt,
        at,
        at,
        alert.service,
        alert.source,
        JSON.stringify(alert.annotations),
        alert.generatorUrl,
        isOver ? (alert.endsAt ?? at) : null,
        isOver ? at : null,
      )
    },
    /** Notes that it fires on. */
    async seen(id: number): Promise<void> {
      await sql.run('UPDATE episodes SET last_seen_at = ?, confirmed = 1 WHERE id = ?', now().toISOString(), id)
    },
    /** Ends an open episode; returns its incident, null when it has none or had ended before. */
    async end(id: number, endsAt: string, source: AlertEnd['source']): Promise<string | null> {
      const row = await sql.get('SELECT incident_id, alertname FROM episodes WHERE id = ? AND closed_at IS NULL', id)
      if (!row) return null
      await sql.run('UPDATE episodes SET ends_at = ?, closed_at = ? WHERE id = ?', endsAt, now().toISOString(), id)
      const incidentId = optionalText(row.incident_id)
      if (incidentId === undefined) return null
      await log.record(incidentId, { kind: 'alert_resolved', alertname: String(row.alertname), ends_at: endsAt, source })
      touched.push(incidentId)
      return incidentId
    },
    async mark(ids: number[], change: 'held = 1, confirmed = 1' | 'confirmed = 0'): Promise<void> {
      await sql.run(`UPDATE episodes SET ${change} WHERE closed_at IS NULL AND id IN (${sql.words.numbers('?')})`, JSON.stringify(ids))
    },
    /** The incidents in which an episode ended since this was last asked. */
    takeTouched(): string[] {
      const taken = touched
      touched = []
      return taken
    },
  }
}
