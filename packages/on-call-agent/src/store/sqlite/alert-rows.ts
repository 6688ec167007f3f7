import { type AlertDecision, decideAlert } from '../../incidents/decide-alert.ts'
import { decideFlap } from '../../incidents/decide-flap.ts'
import { decideJoin } from '../../incidents/decide-join.ts'
import { firingFirst } from '../../incidents/firing-first.ts'
import { type ReceivedAlert, triggerOf } from '../../incidents/received-alert.ts'
import type { IncidentRules } from '../../incidents/rules.ts'
import type { AlertOutcome, AlertStore, OpenEpisode } from '../ports.ts'
import type { Synchronous } from './async-ports.ts'
import { type Database, optionalText, type Row } from './database.ts'
import { createEpisodeRows, type KnownRow } from './episode-rows.ts'
import type { EventLog } from './event-log.ts'
import { createOpenIncidents } from './open-incidents.ts'

interface AlertRowsParts {
  now: () => Date
  rules: IncidentRules
}

/** Turns alerts into episodes and incidents: loads what is known, lets the rules of `incidents/` decide, writes. */
export function createAlertRows(db: Database, log: EventLog, { now, rules }: AlertRowsParts): Synchronous<AlertStore> {
  const episodes = createEpisodeRows(db, log, now)

  function applyAll(alerts: ReceivedAlert[]): AlertOutcome[] {
    const incidents = createOpenIncidents(db, log, now)
    // What a failed change left.
    episodes.takeTouched()
    const outcomes = firingFirst(alerts, (alert) => apply(alert, incidents))
    return withClosed(outcomes, incidents)
  }

  function apply(alert: ReceivedAlert, incidents: ReturnType<typeof createOpenIncidents>): AlertOutcome {
    const known = episodes.known(alert)
    const decision = decideAlert(alert, known, now())
    const { reason } = decision
    switch (decision.kind) {
      case 'ignore':
        if (reason !== 'repeated') return { reason, incidentId: null, effect: 'none' }
        episodes.seen(decision.episode)
        return { reason, incidentId: known.find(({ id }) => id === decision.episode)?.incidentId ?? null, effect: 'none' }
      case 'remember_closed':
        episodes.insert(alert, null)
        return { reason, incidentId: null, effect: 'none' }
      case 'close':
        return close(alert, decision)
      case 'open': {
        const opened = open(alert, known, incidents)
        if (decision.supersedes !== null) episodes.end(decision.supersedes, alert.startsAt, 'reconciled')
        return { reason, ...opened }
      }
    }
  }

  function close(alert: ReceivedAlert, { episodes: ended, reason }: Extract<AlertDecision, { kind: 'close' }>): AlertOutcome {
    if (reason === 'later_episode_resolved') episodes.insert(alert, null)
    const by = triggerOf(alert.source) === 'api' ? 'api' : 'alertmanager'
    const incidentIds = ended.map((id) => episodes.end(id, alert.endsAt ?? now().toISOString(), by))
    const incidentId = incidentIds.at(-1) ?? null
    return { reason, incidentId, effect: incidentId === null ? 'none' : 'episode_ended' }
  }

  function open(alert: ReceivedAlert, known: KnownRow[], incidents: ReturnType<typeof createOpenIncidents>) {
    const decision = decideJoin(alert, incidents.of(alert.service), rules.rank)
    const ends = known.flatMap(({ closedAt, incidentId }) => (closedAt && incidentId ? [new Date(closedAt)] : []))
    const flap = decideFlap(ends, now(), rules.flapAfter)
    const last = known.find(({ incidentId }) => incidentId !== null)?.incidentId
    const because = decision.kind === 'open' && flap.kind === 'reopen' ? flap.reason : decision.reason
    const incidentId =
      decision.kind === 'join'
        ? decision.incidentId
        : because === 'flapping' && last
          ? incidents.reopen(last, alert)
          : incidents.insert(alert)
    incidents.add(incidentId, alert, rules.rank)
    episodes.insert(alert, incidentId)
    const { alertname, severity, startsAt: starts_at } = alert
    log.record(incidentId, { kind: 'alert_firing', alertname, severity, starts_at, reason: because })
    if (decision.kind === 'join') return { incidentId, effect: 'joined' as const, ...(decision.tell && { tell: decision.tell }) }
    return because === 'flapping'
      ? { incidentId, effect: 'reopened' as const, tell: 'flapping' as const }
      : { incidentId, effect: 'opened' as const }
  }

  /** Incidents close after the whole webhook: one in which some alerts end and others begin stays open. */
  function withClosed(outcomes: AlertOutcome[], incidents: ReturnType<typeof createOpenIncidents>): AlertOutcome[] {
    const ended = new Set(episodes.takeTouched())
    const closed = new Set([...ended].filter((id) => incidents.closeIfOver(id)))
    const last = new Map(
      outcomes.flatMap(({ incidentId, effect }, i) => (effect === 'episode_ended' && incidentId ? [[incidentId, i]] : [])),
    )
    return outcomes.map((outcome, i) => {
      const { incidentId } = outcome
      const isLast = incidentId !== null && closed.has(incidentId) && last.get(incidentId) === i
      return isLast ? { ...outcome, effect: 'resolved' } : outcome
    })
  }

  return {
    apply: applyAll,
    endEpisodes(ids, reason) {
      const incidents = createOpenIncidents(db, log, now)
      const at = now().toISOString()
      const outcomes = ids.map((id): AlertOutcome => {
        const incidentId = episodes.end(id, at, 'reconciled')
        return { reason, incidentId, effect: incidentId === null ? 'none' : 'episode_ended', ...(reason === 'stale' && { tell: 'stale' }) }
      })
      return withClosed(outcomes, incidents)
    },
    openEpisodes: () => db.all('SELECT * FROM episodes WHERE closed_at IS NULL ORDER BY id').map(toOpenEpisode),
    markHeld: (ids) => episodes.mark(ids, 'held = 1, confirmed = 1'),
    markMissing: (ids) => episodes.mark(ids, 'confirmed = 0'),
    heldSources: () => db.all('SELECT DISTINCT source FROM episodes WHERE held = 1').map(({ source }) => String(source)),
    beat(name, way) {
      db.run(
        'INSERT INTO heartbeats (name, last_at) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET last_at = ?2',
        way === 'webhook' ? `webhook ${name}` : name,
        now().toISOString(),
      )
    },
    lastBeat: () => optionalText(db.get(LAST_BEAT)?.at),
  }
}

const LAST_BEAT = `
  SELECT coalesce((SELECT max(last_at) FROM heartbeats WHERE name LIKE 'webhook %'), (SELECT max(last_at) FROM heartbeats)) AS at`

const toOpenEpisode = (row: Row): OpenEpisode => ({
  id: Number(row.id),
  alertname: String(row.alertname),
  fingerprint: String(row.fingerprint),
  source: String(row.source),
  held: row.held === 1,
  confirmed: row.confirmed === 1,
  lastSeenAt: String(row.last_seen_at),
})
