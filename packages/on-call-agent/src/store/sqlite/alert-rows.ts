import { randomUUID } from 'node:crypto'
import { decideAlert, type KnownEpisode } from '../../incidents/decide-alert.ts'
import type { ReceivedAlert } from '../../incidents/received-alert.ts'
import type { AlertOutcome, AlertStore } from '../ports.ts'
import type { Synchronous } from './async-ports.ts'
import { type Database, optionalText } from './database.ts'
import type { EventLog } from './event-log.ts'

/**
 * Turns alerts into episodes and incidents. An alert joins the open incident of its service, or opens one. Where that incident has been paged
 * already and the alert is more severe, it opens one of its own: a critical alert must not drown in an old warning.
 */
export function createAlertRows(db: Database, log: EventLog, now: () => Date): Synchronous<AlertStore> {
  function apply(alert: ReceivedAlert): AlertOutcome {
    const known = db.all('SELECT id, starts_at, ends_at FROM episodes WHERE fingerprint = ?', alert.fingerprint).map(
      ({ id, starts_at, ends_at }): KnownEpisode => ({
        id: Number(id),
        startsAt: String(starts_at),
        endsAt: ends_at === null ? null : String(ends_at),
      }),
    )
    const decision = decideAlert(alert, known, now())
    const { reason } = decision
    switch (decision.kind) {
      case 'ignore':
        return { reason, incidentId: decision.reason === 'repeated' ? incidentOf(alert) : null, effect: 'none' }
      case 'remember_closed':
        insertEpisode(alert, null)
        return { reason, incidentId: null, effect: 'none' }
      case 'close':
        if (decision.reason === 'later_episode_resolved') insertEpisode(alert, null)
        return { reason, ...endEpisode(decision.episode, alert.endsAt ?? now().toISOString(), 'alertmanager') }
      case 'open': {
        const opened = open(alert)
        // After the opening, so that the incident which the new episode joins stays open.
        if (decision.supersedes !== null) endEpisode(decision.supersedes, alert.startsAt, 'reconciled')
        return { reason, ...opened }
      }
    }
  }

  function incidentOf({ fingerprint }: ReceivedAlert): string | null {
    return (
      optionalText(db.get('SELECT incident_id FROM episodes WHERE fingerprint = ? AND ends_at IS NULL', fingerprint)?.incident_id) ?? null
    )
  }

  function open(alert: ReceivedAlert): Pick<AlertOutcome, 'incidentId' | 'effect'> {
    const joined = db
      .all(
        'SELECT id, severity, investigating FROM incidents WHERE service = ? AND resolved_at IS NULL ORDER BY number DESC',
        alert.service,
      )
      .find(({ severity, investigating }) => investigating === 1 || rank(alert.severity) <= rank(String(severity)))
    const incidentId = joined ? String(joined.id) : insertIncident(alert)
    if (joined && rank(alert.severity) > rank(String(joined.severity))) {
      db.run('UPDATE incidents SET severity = ? WHERE id = ?', alert.severity, incidentId)
    }
    insertEpisode(alert, incidentId)
    log.record(incidentId, { kind: 'alert_firing', alertname: alert.alertname, severity: alert.severity, starts_at: alert.startsAt })
    return { incidentId, effect: joined ? 'joined' : 'opened' }
  }

  function insertIncident(alert: ReceivedAlert): string {
    const id = randomUUID()
    db.run(
      `INSERT INTO incidents (id, status, severity, service, opened_at, investigating) VALUES (?, 'investigating', ?, ?, ?, 1)`,
      id,
      alert.severity,
      alert.service,
      now().toISOString(),
    )
    return id
  }

  function insertEpisode(alert: ReceivedAlert, incidentId: string | null): void {
    db.run(
      `INSERT INTO episodes (incident_id, alertname, severity, summary, labels, fingerprint, starts_at, received_at, ends_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      incidentId,
      alert.alertname,
      alert.severity,
      alert.summary,
      JSON.stringify(alert.labels),
      alert.fingerprint,
      alert.startsAt,
      now().toISOString(),
      alert.status === 'resolved' ? (alert.endsAt ?? now().toISOString()) : null,
    )
  }

  function endEpisode(episode: number, endsAt: string, source: 'alertmanager' | 'reconciled'): Pick<AlertOutcome, 'incidentId' | 'effect'> {
    db.run('UPDATE episodes SET ends_at = ? WHERE id = ?', endsAt, episode)
    const row = db.get('SELECT incident_id, alertname FROM episodes WHERE id = ?', episode)
    if (!row || row.incident_id === null) return { incidentId: null, effect: 'none' }
    const incidentId = String(row.incident_id)
    log.record(incidentId, { kind: 'alert_resolved', alertname: String(row.alertname), ends_at: endsAt, source })
    if (db.get('SELECT 1 FROM episodes WHERE incident_id = ? AND ends_at IS NULL', incidentId))
      return { incidentId, effect: 'episode_ended' }
    db.run(`UPDATE incidents SET status = 'resolved', resolved_at = ? WHERE id = ?`, now().toISOString(), incidentId)
    log.record(incidentId, { kind: 'incident_resolved' })
    return { incidentId, effect: 'resolved' }
  }

  return {
    apply: (alerts) => applyFiringFirst(alerts, apply),
    endEpisode: (episodeId) => ({ reason: 'resolved', ...endEpisode(episodeId, now().toISOString(), 'reconciled') }),
    openEpisodes: () =>
      db.all('SELECT * FROM episodes WHERE ends_at IS NULL ORDER BY id').map((row) => ({
        id: Number(row.id),
        alertname: String(row.alertname),
        fingerprint: String(row.fingerprint),
      })),
  }
}

/** A group in which some alerts end and others begin keeps its incident: it must not close in between. The outcomes are in the given order. */
function applyFiringFirst(received: ReceivedAlert[], apply: (alert: ReceivedAlert) => AlertOutcome): AlertOutcome[] {
  const numbered = received.map((alert, index) => ({ alert, index }))
  const ordered = [
    ...numbered.filter(({ alert }) => alert.status === 'firing'),
    ...numbered.filter(({ alert }) => alert.status === 'resolved'),
  ]
  const outcomes = ordered.map(({ alert, index }) => ({ index, outcome: apply(alert) }))
  return outcomes.sort((a, b) => a.index - b.index).map(({ outcome }) => outcome)
}

const SEVERITIES = ['none', 'info', 'warning', 'error', 'critical', 'page']
const rank = (severity: string) => SEVERITIES.indexOf(severity)
