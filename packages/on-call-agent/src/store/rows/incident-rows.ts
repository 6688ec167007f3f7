import type { Diagnosis, Episode, Incident, Phase } from '../../api.ts'
import { ALERTS_OF_AN_INCIDENT } from '../../incidents/alerts-of-an-incident.ts'
import { decideStatus } from '../../incidents/decide-status.ts'
import { isLater } from '../../incidents/phase-order.ts'
import type { IncidentStore } from '../ports.ts'
import type { EventLog } from './event-log.ts'
import { prune } from './prune.ts'
import { searchIncidents } from './search-incidents.ts'
import type { Row, Sql } from './sql.ts'

/** Half of them the oldest and half the newest. */
const HALF = Math.floor(ALERTS_OF_AN_INCIDENT / 2)
const EPISODES = `
  SELECT * FROM episodes WHERE id IN (
    SELECT id FROM (SELECT id FROM episodes WHERE incident_id = ?1 ORDER BY closed_at IS NOT NULL, id LIMIT ${HALF}) AS oldest
    UNION SELECT id FROM (SELECT id FROM episodes WHERE incident_id = ?1 ORDER BY closed_at IS NOT NULL, id DESC LIMIT ${HALF}) AS newest
  ) ORDER BY id`

/** Incidents with their episodes and their timeline. */
export function createIncidentRows(sql: Sql, log: EventLog, now: () => Date): IncidentStore {
  const read = async (row: Row): Promise<Incident> => ({
    id: String(row.id),
    ref: `I${row.number}`,
    status: String(row.status) as Incident['status'], // Only written by this package, from the same union.
    phase: phaseOf(row),
    severity: String(row.severity),
    service: String(row.service),
    alerts: (await sql.all(EPISODES, String(row.id))).map(toEpisode),
    opened_at: String(row.opened_at),
    diagnosed_at: text(row.diagnosed_at),
    resolved_at: text(row.resolved_at),
    diagnosis: json(row.diagnosis),
    acknowledged_at: text(row.acknowledged_at),
    acknowledged_by: text(row.acknowledged_by),
    ticket: json(row.ticket),
  })
  const readAll = async (rows: Row[]) => {
    const incidents: Incident[] = []
    for (const row of rows) incidents.push(await read(row))
    return incidents
  }
  return {
    list: async (limit) => readAll(await sql.all('SELECT * FROM incidents ORDER BY number DESC LIMIT ?', limit)),
    search: async (query) => readAll(await searchIncidents(sql, query)),
    async find(idOrRef) {
      const number = /^i(\d{1,15})$/i.exec(idOrRef)?.[1]
      const row = await sql.get('SELECT * FROM incidents WHERE id = ? OR number = ?', idOrRef.toLowerCase(), number ? Number(number) : null)
      return row && read(row)
    },
    timeline: log.of,
    eventsAfter: log.after,
    newestEventId: log.newestId,
    countOpened: async (since) =>
      Number((await sql.get('SELECT count(*) AS n FROM incidents WHERE opened_at >= ?', since.toISOString()))?.n),
    async append(incidentId, ...events) {
      for (const event of events) await log.record(incidentId, event)
    },
    async enterPhase(incidentId, phase, summary) {
      const row = await sql.get('SELECT phase FROM incidents WHERE id = ?', incidentId)
      if (!row || !isLater(phase, phaseOf(row))) return false
      await sql.run('UPDATE incidents SET phase = ? WHERE id = ?', phase, incidentId)
      await log.record(incidentId, { kind: 'phase', phase, ...(summary !== undefined && { summary }) })
      return true
    },
    async acknowledge(incidentId, by) {
      if (!(await sql.get('SELECT 1 FROM incidents WHERE id = ? AND acknowledged_at IS NULL', incidentId))) return
      await sql.run('UPDATE incidents SET acknowledged_at = ?, acknowledged_by = ? WHERE id = ?', now().toISOString(), by, incidentId)
      await log.record(incidentId, { kind: 'acknowledged', by })
    },
    pendingInvestigations: async () =>
      (await sql.all('SELECT id FROM incidents WHERE investigating = 1 ORDER BY number')).map(({ id }) => String(id)),
    isPending: async (incidentId) =>
      (await sql.get('SELECT 1 AS one FROM incidents WHERE id = ? AND investigating = 1', incidentId)) !== undefined,
    async conclude(incidentId, { diagnosis, madeBy }) {
      const isOver = text((await sql.get('SELECT resolved_at FROM incidents WHERE id = ?', incidentId))?.resolved_at) !== null
      const { status } = decideStatus(isOver, madeBy, diagnosis)
      await sql.run(
        'UPDATE incidents SET diagnosis = ?, diagnosed_at = ?, investigating = 0, status = ? WHERE id = ?',
        JSON.stringify(diagnosis),
        now().toISOString(),
        status,
        incidentId,
      )
      await log.record(incidentId, { kind: 'diagnosis', made_by: madeBy, diagnosis })
    },
    async setMitigating(incidentId, isUnderWay) {
      const row = await sql.get('SELECT diagnosis, resolved_at FROM incidents WHERE id = ?', incidentId)
      if (!row || text(row.resolved_at) !== null) return
      const made: Diagnosis | null = json(row.diagnosis)
      const status = isUnderWay ? 'mitigating' : made === null ? 'investigating' : decideStatus(false, 'model', made).status
      await sql.run('UPDATE incidents SET status = ? WHERE id = ?', status, incidentId)
    },
    prune: (before, limit) => prune(sql, before, limit),
    async setTicket(incidentId, ticket) {
      await sql.run('UPDATE incidents SET ticket = ? WHERE id = ?', JSON.stringify(ticket), incidentId)
      await log.record(incidentId, { kind: 'ticket_created', ...ticket })
    },
  }
}

function toEpisode(row: Row): Episode {
  return {
    alertname: String(row.alertname),
    severity: String(row.severity),
    summary: String(row.summary),
    labels: JSON.parse(String(row.labels)),
    annotations: JSON.parse(String(row.annotations)),
    generator_url: text(row.generator_url),
    source: String(row.source),
    fingerprint: String(row.fingerprint),
    starts_at: String(row.starts_at),
    received_at: String(row.received_at),
    ends_at: text(row.ends_at),
  }
}

const phaseOf = (row: Row) => text(row.phase) as Phase | null // Only written by this package.
const text = (value: Row[string] | undefined) => (value === null || value === undefined ? null : String(value))
const json = (value: Row[string] | undefined) => (typeof value === 'string' ? JSON.parse(value) : null)
