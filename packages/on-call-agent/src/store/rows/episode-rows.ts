import type { KnownEpisode } from '../../incidents/decide-alert.ts'
import { type ReceivedAlert, triggerOf } from '../../incidents/received-alert.ts'
import type { NewEvent } from '../ports.ts'
import type { IncidentEvent } from './event-log.ts'
import { type Into, optionalText, type Row, type Sql } from './sql.ts'

/** A known episode and its incident. */
export interface KnownRow extends KnownEpisode {
  incidentId: string | null
  alertname: string
  source: string
}

type AlertEnd = Extract<NewEvent, { kind: 'alert_resolved' }>

/** An episode that is not stored yet. */
interface NewRow {
  alert: ReceivedAlert
  known: KnownRow
  endsAt: string | null
}

/** So many of one alert's episodes are looked at, the newest. */
const KNOWN = 50
const COLUMNS = ['id', 'fingerprint', 'service', 'incident_id', 'alertname', 'starts_at', 'closed_at', 'source']
const EACH_ALERT = { table: 'episodes', columns: COLUMNS, pair: ['fingerprint', 'service'], limit: KNOWN } as const
const ANY_SERVICE = `SELECT ${COLUMNS.join(', ')} FROM episodes WHERE fingerprint = ? ORDER BY id DESC LIMIT ${KNOWN}`
/** Until they are stored and have a number, new episodes are numbered from here, as the newest. */
const NOT_STORED = 2 ** 52

export type EpisodeRows = ReturnType<typeof createEpisodeRows>

/**
 * The episodes of the alerts of one webhook: what is known of them is read at once, what becomes of them is written by `flush`. Ends are events,
 * which are added to `events`.
 */
export function createEpisodeRows(sql: Sql, events: IncidentEvent[], now: () => Date) {
  const byAlert = new Map<string, KnownRow[]>()
  const added: NewRow[] = []
  const seen = new Set<number>()
  const ended = new Map<string, number[]>()
  const touched = new Set<string>()

  const keep = (alert: AlertKey, row: KnownRow) => {
    const rows = byAlert.get(keyOf(alert)) ?? []
    rows.unshift(row)
    if (rows.length > KNOWN) rows.length = KNOWN
    byAlert.set(keyOf(alert), rows)
  }

  return {
    /** Reads what is known of these alerts. The same fingerprint under another service is another alert, and so it is by another trigger. */
    async load(alerts: ReceivedAlert[]): Promise<void> {
      const each = [...new Map(alerts.map((alert) => [keyOf(alert), alert])).values()]
      const rows: [AlertKey, Row][] = []
      const pairs = each.filter(({ once }) => !once).map(({ fingerprint, service }) => [fingerprint.toWellFormed(), service.toWellFormed()])
      for (const row of await sql.all(sql.words.newestOf('?', EACH_ALERT), JSON.stringify(pairs)))
        rows.push([{ fingerprint: String(row.fingerprint), service: String(row.service) }, row])
      for (const alert of each) if (alert.once) for (const row of await sql.all(ANY_SERVICE, alert.fingerprint)) rows.push([alert, row])
      for (const [alert, row] of rows.sort(([, a], [, b]) => Number(a.id) - Number(b.id))) keep(alert, toKnownRow(row))
    },
    /** The newest first. */
    known(alert: ReceivedAlert): KnownRow[] {
      const rows = byAlert.get(keyOf(alert)) ?? []
      return rows.filter(({ source }) => triggerOf(source) === triggerOf(alert.source))
    },
    insert(alert: ReceivedAlert, incidentId: string | null): void {
      const isOver = alert.status === 'resolved'
      const { startsAt, alertname, source } = alert
      const at = isOver ? now().toISOString() : null
      const known = { id: NOT_STORED + added.length, incidentId, startsAt, closedAt: at, alertname, source }
      added.push({ alert, known, endsAt: at && (alert.endsAt ?? at) })
      keep(alert, known)
    },
    /** Notes that it fires on. */
    seen(id: number): void {
      if (id < NOT_STORED) seen.add(id)
    },
    /** Ends an open episode; returns its incident, null when it has none or had ended before. */
    end(row: KnownRow | undefined, endsAt: string, source: AlertEnd['source']): string | null {
      if (!row || row.closedAt !== null) return null
      row.closedAt = now().toISOString()
      const fresh = added[row.id - NOT_STORED]
      if (fresh) fresh.endsAt = endsAt
      else {
        const ids = ended.get(endsAt) ?? []
        ids.push(row.id)
        ended.set(endsAt, ids)
      }
      if (row.incidentId === null) return null
      events.push({ incidentId: row.incidentId, event: { kind: 'alert_resolved', alertname: row.alertname, ends_at: endsAt, source } })
      touched.add(row.incidentId)
      return row.incidentId
    },
    /** Incidents in which an episode ended. */
    touched: (): string[] => [...touched],
    /** Writes all of it; their incidents are stored. */
    async flush(): Promise<void> {
      const at = now().toISOString()
      await sql.insertAll(
        INTO,
        added.map((row) => valuesOf(row, at)),
      )
      if (seen.size > 0) await mark(sql, [...seen], 'last_seen_at = ?, confirmed = 1', at)
      for (const [endsAt, ids] of ended) await mark(sql, ids, 'ends_at = ?, closed_at = ?', endsAt, at)
    },
  }
}

/** Open episodes by their numbers. */
export async function readOpen(sql: Sql, ids: number[]): Promise<Map<number, KnownRow>> {
  const rows = await sql.all(
    `SELECT ${COLUMNS.join(', ')} FROM episodes WHERE closed_at IS NULL AND id IN (${sql.words.numbers('?')})`,
    JSON.stringify(ids),
  )
  return new Map(rows.map((row) => [Number(row.id), toKnownRow(row)]))
}

/** Changes open episodes. */
export async function mark(sql: Sql, ids: number[], change: string, ...values: string[]): Promise<void> {
  await sql.run(
    `UPDATE episodes SET ${change} WHERE closed_at IS NULL AND id IN (${sql.words.numbers('?')})`,
    ...values,
    JSON.stringify(ids),
  )
}

type AlertKey = Pick<ReceivedAlert, 'fingerprint' | 'service' | 'once'>

const keyOf = ({ once, fingerprint, service }: AlertKey) => (once ? fingerprint : JSON.stringify([fingerprint, service]))

const toKnownRow = (row: Row): KnownRow => ({
  id: Number(row.id),
  incidentId: optionalText(row.incident_id) ?? null,
  startsAt: String(row.starts_at),
  closedAt: optionalText(row.closed_at) ?? null,
  alertname: String(row.alertname),
  source: String(row.source),
})

const INTO: Into = {
  table: 'episodes',
  columns: {
    incident_id: 'text',
    alertname: 'text',
    severity: 'text',
    summary: 'text',
    labels: 'text',
    fingerprint: 'text',
    starts_at: 'text',
    received_at: 'text',
    last_seen_at: 'text',
    service: 'text',
    source: 'text',
    annotations: 'text',
    generator_url: 'text',
    ends_at: 'text',
    closed_at: 'text',
  },
  key: 'id',
}

const valuesOf = ({ alert, known, endsAt }: NewRow, at: string) => [
  known.incidentId,
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
  endsAt,
  known.closedAt,
]
