import { type AlertDecision, decideAlert } from '../../incidents/decide-alert.ts'
import { decideFlap } from '../../incidents/decide-flap.ts'
import { decideJoin } from '../../incidents/decide-join.ts'
import { firingFirst } from '../../incidents/firing-first.ts'
import { type ReceivedAlert, triggerOf } from '../../incidents/received-alert.ts'
import type { IncidentRules } from '../../incidents/rules.ts'
import type { AlertOutcome, AlertStore, OpenEpisode } from '../alert-store.ts'
import { createEpisodeRows, type KnownRow } from './episode-rows.ts'
import type { EventLog } from './event-log.ts'
import { createOpenIncidents, type OpenIncidents } from './open-incidents.ts'
import { optionalText, type Row, type Sql } from './sql.ts'

interface AlertRowsParts {
  now: () => Date
  rules: IncidentRules
}

/** Turns alerts into episodes and incidents: loads what is known, lets the rules of `incidents/` decide, writes. */
export function createAlertRows(sql: Sql, log: EventLog, { now, rules }: AlertRowsParts): AlertStore {
  const episodes = createEpisodeRows(sql, log, now)

  async function applyAll(alerts: ReceivedAlert[]): Promise<AlertOutcome[]> {
    const incidents = createOpenIncidents(sql, log, now)
    // What a failed change left.
    episodes.takeTouched()
    const ordered: ReceivedAlert[] = []
    const places = firingFirst(alerts, (alert) => ordered.push(alert) - 1)
    const applied: AlertOutcome[] = []
    for (const alert of ordered) applied.push(await apply(alert, incidents))
    return withClosed(
      places.flatMap((place) => applied[place] ?? []),
      incidents,
    )
  }

  async function apply(alert: ReceivedAlert, incidents: OpenIncidents): Promise<AlertOutcome> {
    const known = await episodes.known(alert)
    const decision = decideAlert(alert, known, now())
    const { reason } = decision
    switch (decision.kind) {
      case 'ignore':
        if (reason !== 'repeated') return { reason, incidentId: null, effect: 'none' }
        await episodes.seen(decision.episode)
        return { reason, incidentId: known.find(({ id }) => id === decision.episode)?.incidentId ?? null, effect: 'none' }
      case 'remember_closed':
        await episodes.insert(alert, null)
        return { reason, incidentId: null, effect: 'none' }
      case 'close':
        return close(alert, decision)
      case 'open': {
        const opened = await open(alert, known, incidents)
        if (decision.supersedes !== null) await episodes.end(decision.supersedes, alert.startsAt, 'reconciled')
        return { reason, ...opened }
      }
    }
  }

  async function close(
    alert: ReceivedAlert,
    { episodes: ended, reason }: Extract<AlertDecision, { kind: 'close' }>,
  ): Promise<AlertOutcome> {
    if (reason === 'later_episode_resolved') await episodes.insert(alert, null)
    const by = triggerOf(alert.source) === 'api' ? 'api' : 'alertmanager'
    let incidentId: string | null = null
    for (const id of ended) incidentId = await episodes.end(id, alert.endsAt ?? now().toISOString(), by)
    return { reason, incidentId, effect: incidentId === null ? 'none' : 'episode_ended' }
  }

  async function open(alert: ReceivedAlert, known: KnownRow[], incidents: OpenIncidents) {
    const decision = decideJoin(alert, await incidents.of(alert.service), rules.rank)
    const ends = known.flatMap(({ closedAt, incidentId }) => (closedAt && incidentId ? [new Date(closedAt)] : []))
    const flap = decideFlap(ends, now(), rules.flapAfter)
    const last = known.find(({ incidentId }) => incidentId !== null)?.incidentId
    const because = decision.kind === 'open' && flap.kind === 'reopen' ? flap.reason : decision.reason
    const incidentId =
      decision.kind === 'join'
        ? decision.incidentId
        : because === 'flapping' && last
          ? await incidents.reopen(last, alert)
          : await incidents.insert(alert)
    await incidents.add(incidentId, alert, rules.rank)
    await episodes.insert(alert, incidentId)
    const { alertname, severity, startsAt: starts_at } = alert
    await log.record(incidentId, { kind: 'alert_firing', alertname, severity, starts_at, reason: because })
    if (decision.kind === 'join') return { incidentId, effect: 'joined' as const }
    return because === 'flapping'
      ? { incidentId, effect: 'reopened' as const, tell: 'flapping' as const }
      : { incidentId, effect: 'opened' as const }
  }

  /** Incidents close after the whole webhook: one in which some alerts end and others begin stays open. */
  async function withClosed(outcomes: AlertOutcome[], incidents: OpenIncidents): Promise<AlertOutcome[]> {
    const closed = new Set<string>()
    for (const id of new Set(episodes.takeTouched())) if (await incidents.closeIfOver(id)) closed.add(id)
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
    async endEpisodes(ids, reason) {
      const incidents = createOpenIncidents(sql, log, now)
      const at = now().toISOString()
      const outcomes: AlertOutcome[] = []
      for (const id of ids) {
        const incidentId = await episodes.end(id, at, 'reconciled')
        const effect = incidentId === null ? 'none' : 'episode_ended'
        outcomes.push({ reason, incidentId, effect, ...(reason === 'stale' && { tell: 'stale' as const }) })
      }
      return withClosed(outcomes, incidents)
    },
    openEpisodes: async () => (await sql.all(OPEN_EPISODES)).map(toOpenEpisode),
    markHeld: (ids) => episodes.mark(ids, 'held = 1, confirmed = 1'),
    markMissing: (ids) => episodes.mark(ids, 'confirmed = 0'),
    heldSources: async () => (await sql.all('SELECT DISTINCT source FROM episodes WHERE held = 1')).map(({ source }) => String(source)),
    async beat(name, way) {
      await sql.run(
        'INSERT INTO heartbeats (name, last_at) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET last_at = ?2',
        way === 'webhook' ? `webhook ${name}` : name,
        now().toISOString(),
      )
    },
    lastBeat: async () => optionalText((await sql.get(LAST_BEAT))?.at),
  }
}

const LAST_BEAT = `
  SELECT coalesce((SELECT max(last_at) FROM heartbeats WHERE name LIKE 'webhook %'), (SELECT max(last_at) FROM heartbeats)) AS at`

/** Without their texts: all of them are read every few seconds. */
const OPEN_EPISODES =
  'SELECT id, alertname, fingerprint, source, held, confirmed, last_seen_at FROM episodes WHERE closed_at IS NULL ORDER BY id'

const toOpenEpisode = (row: Row): OpenEpisode => ({
  id: Number(row.id),
  alertname: String(row.alertname),
  fingerprint: String(row.fingerprint),
  source: String(row.source),
  held: row.held === 1,
  confirmed: row.confirmed === 1,
  lastSeenAt: String(row.last_seen_at),
})
