import { randomUUID } from 'node:crypto'
import { decideClose } from '../../incidents/decide-close.ts'
import type { OpenIncident } from '../../incidents/decide-join.ts'
import { decideStatus } from '../../incidents/decide-status.ts'
import type { ReceivedAlert } from '../../incidents/received-alert.ts'
import type { SeverityRank } from '../../incidents/severity.ts'
import type { IncidentEvent } from './event-log.ts'
import type { Into, Row, Sql } from './sql.ts'

const open = (services: string) => `
  SELECT id, service, severity, investigating,
         EXISTS (SELECT 1 FROM episodes WHERE incident_id = incidents.id AND closed_at IS NULL AND confirmed = 1) AS confirmed
    FROM incidents WHERE service IN (${services}) AND resolved_at IS NULL ORDER BY number DESC`

const touched = (ids: string) => `
  SELECT id, EXISTS (SELECT 1 FROM episodes WHERE incident_id = incidents.id AND closed_at IS NULL) AS is_open
    FROM incidents WHERE id IN (${ids}) AND resolved_at IS NULL`

const INCIDENTS: Into = {
  table: 'incidents',
  columns: {
    id: 'text',
    status: 'text',
    severity: 'text',
    service: 'text',
    opened_at: 'text',
    investigating: 'integer',
    alertnames: 'text',
  },
  key: 'number',
}

/**
 * The open incidents that the alerts of one webhook may join: those of all its services are read at once, and what becomes of them is written by
 * `flush`. A reopening is an event, which is added to `events`.
 */
export function createOpenIncidents(sql: Sql, events: IncidentEvent[], now: () => Date) {
  const byService = new Map<string, OpenIncident[]>()
  const added: (OpenIncident & { service: string; openedAt: string })[] = []
  const raised = new Map<string, string>()
  const of = (service: string): OpenIncident[] => byService.get(service) ?? []
  const remember = (service: string, incident: OpenIncident) => {
    byService.set(service, [incident, ...of(service)])
    return incident.id
  }

  return {
    /** Reads the open incidents of these services. */
    async load(services: string[]): Promise<void> {
      const rows = await sql.all(
        open(sql.words.texts('?')),
        JSON.stringify([...new Set(services.map((service) => service.toWellFormed()))]),
      )
      for (const [service, all] of Map.groupBy(rows, (row) => String(row.service))) byService.set(service, all.map(toOpenIncident))
    },
    /** The newest first. */
    of,
    insert({ severity, service }: ReceivedAlert): string {
      const incident = { id: randomUUID(), severity, investigating: true, confirmed: true, service, openedAt: now().toISOString() }
      added.push(incident)
      return remember(service, incident)
    },
    async reopen(id: string, alert: ReceivedAlert): Promise<string> {
      const row = (await sql.get('SELECT *, 1 AS confirmed FROM incidents WHERE id = ?', id)) ?? {}
      const { status } =
        typeof row.diagnosis === 'string' ? decideStatus(false, 'model', JSON.parse(row.diagnosis)) : { status: 'investigating' }
      await sql.run('UPDATE incidents SET status = ?, resolved_at = NULL WHERE id = ?', status, id)
      events.push({ incidentId: id, event: { kind: 'incident_reopened', reason: 'flapping' } })
      return remember(alert.service, toOpenIncident(row))
    },
    /** The alert is one of this incident's from now on. */
    add(id: string, alert: ReceivedAlert, rank: SeverityRank): void {
      const incident = of(alert.service).find((each) => each.id === id)
      if (!incident || rank(alert.severity) <= rank(incident.severity)) return
      incident.severity = alert.severity
      raised.set(id, alert.severity)
    },
    /** Writes all of it. */
    async flush(): Promise<void> {
      const rows = added.map(({ id, severity, service, openedAt }) => [id, 'investigating', severity, service, openedAt, 1, '[]'])
      await sql.insertAll(INCIDENTS, rows)
      for (const { id } of added) raised.delete(id)
      for (const [id, severity] of raised) await sql.run('UPDATE incidents SET severity = ? WHERE id = ?', severity, id)
    },
  }
}

/** Closes those of these incidents that are over, and adds that to `events`. Returns which. */
export async function closeOver(sql: Sql, events: IncidentEvent[], ids: string[], now: () => Date): Promise<string[]> {
  if (ids.length === 0) return []
  const rows = await sql.all(touched(sql.words.texts('?')), JSON.stringify(ids))
  const over = new Set(rows.flatMap(({ id, is_open }) => (decideClose(Number(is_open)).kind === 'close' ? String(id) : [])))
  if (over.size === 0) return []
  const closed = ids.filter((id) => over.has(id))
  await sql.run(
    `UPDATE incidents SET status = 'resolved', resolved_at = ? WHERE id IN (${sql.words.texts('?')})`,
    now().toISOString(),
    JSON.stringify(closed),
  )
  for (const incidentId of closed) events.push({ incidentId, event: { kind: 'incident_resolved' } })
  return closed
}

const toOpenIncident = (row: Row): OpenIncident => ({
  id: String(row.id),
  severity: String(row.severity),
  investigating: row.investigating === 1,
  confirmed: row.confirmed === 1,
})
