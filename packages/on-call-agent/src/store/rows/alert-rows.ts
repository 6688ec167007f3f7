import { type AlertDecision, decideAlert } from '../../incidents/decide-alert.ts'
import { decideFlap } from '../../incidents/decide-flap.ts'
import { decideJoin } from '../../incidents/decide-join.ts'
import { firingFirst } from '../../incidents/firing-first.ts'
import { type ReceivedAlert, triggerOf } from '../../incidents/received-alert.ts'
import type { IncidentRules } from '../../incidents/rules.ts'
import type { AlertOutcome, AlertStore, OpenEpisode } from '../alert-store.ts'
import { createEpisodeRows, type EpisodeRows, type KnownRow, mark, readOpen } from './episode-rows.ts'
import type { EventLog, IncidentEvent } from './event-log.ts'
import { closeOver, createOpenIncidents } from './open-incidents.ts'
import { sideBySide } from './side-by-side.ts'
import { optionalText, type Row, type Sql } from './sql.ts'

interface AlertRowsParts {
  now: () => Date
  rules: IncidentRules
}

/** Turns alerts into episodes and incidents: loads what is known, lets the rules of `incidents/` decide, writes. */
export function createAlertRows(sql: Sql, log: EventLog, { now, rules }: AlertRowsParts): AlertStore {
  /** The work on some alerts: all of it is decided before any of it is written. */
  const begin = () => {
    const events: IncidentEvent[] = []
    const episodes = createEpisodeRows(sql, events, now)
    const incidents = createOpenIncidents(sql, events, now)
    /** Incidents close after the whole webhook: one in which some alerts end and others begin stays open. */
    const write = async (outcomes: AlertOutcome[]): Promise<AlertOutcome[]> => {
      const touched = episodes.touched()
      if (touched.length === 0) {
        await sideBySide(incidents.flush(), episodes.flush(), log.recordAll(events))
        return outcomes
      }
      await sideBySide(incidents.flush(), episodes.flush())
      const closed = await closeOver(sql, events, touched, now)
      await log.recordAll(events)
      return withClosed(outcomes, new Set(closed))
    }
    return { events, episodes, incidents, write }
  }
  type Work = ReturnType<typeof begin>

  async function apply(alert: ReceivedAlert, work: Work): Promise<AlertOutcome> {
    const { episodes } = work
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
        return close(alert, decision, known, episodes)
      case 'open': {
        const opened = await open(alert, known, work)
        episodes.end(
          known.find(({ id }) => id === decision.supersedes),
          alert.startsAt,
          'reconciled',
        )
        return { reason, ...opened }
      }
    }
  }

  function close(
    alert: ReceivedAlert,
    { episodes: ended, reason }: Extract<AlertDecision, { kind: 'close' }>,
    known: KnownRow[],
    episodes: EpisodeRows,
  ): AlertOutcome {
    if (reason === 'later_episode_resolved') episodes.insert(alert, null)
    const by = triggerOf(alert.source) === 'api' ? 'api' : 'alertmanager'
    const endsAt = alert.endsAt ?? now().toISOString()
    const incidentIds = ended.map((id) =>
      episodes.end(
        known.find((row) => row.id === id),
        endsAt,
        by,
      ),
    )
    const incidentId = incidentIds.at(-1) ?? null
    return { reason, incidentId, effect: incidentId === null ? 'none' : 'episode_ended' }
  }

  async function open(alert: ReceivedAlert, known: KnownRow[], { episodes, incidents, events }: Work) {
    const decision = decideJoin(alert, incidents.of(alert.service), rules.rank)
    const ends = known.flatMap(({ closedAt, incidentId }) => (closedAt && incidentId ? [new Date(closedAt)] : []))
    const flap = decideFlap(ends, now(), rules.flapAfter)
    const last = known.find(({ incidentId }) => incidentId !== null)?.incidentId
    const because = decision.kind === 'open' && flap.kind === 'reopen' ? flap.reason : decision.reason
    const incidentId =
      decision.kind === 'join'
        ? decision.incidentId
        : because === 'flapping' && last
          ? await incidents.reopen(last, alert)
          : incidents.insert(alert)
    incidents.add(incidentId, alert, rules.rank)
    episodes.insert(alert, incidentId)
    const { alertname, severity, startsAt: starts_at } = alert
    events.push({ incidentId, event: { kind: 'alert_firing', alertname, severity, starts_at, reason: because } })
    if (decision.kind === 'join') return { incidentId, effect: 'joined' as const }
    return because === 'flapping'
      ? { incidentId, effect: 'reopened' as const, tell: 'flapping' as const }
      : { incidentId, effect: 'opened' as const }
  }

  return {
    async apply(alerts) {
      const work = begin()
      await sideBySide(work.episodes.load(alerts), work.incidents.load(alerts.map(({ service }) => service)))
      const ordered: ReceivedAlert[] = []
      const places = firingFirst(alerts, (alert) => ordered.push(alert) - 1)
      const applied: AlertOutcome[] = []
      for (const alert of ordered) applied.push(await apply(alert, work))
      return work.write(places.flatMap((place) => applied[place] ?? []))
    },
    async endEpisodes(ids, reason) {
      const work = begin()
      const open = await readOpen(sql, ids)
      const at = now().toISOString()
      const outcomes = ids.map((id): AlertOutcome => {
        const incidentId = work.episodes.end(open.get(id), at, 'reconciled')
        const effect = incidentId === null ? 'none' : 'episode_ended'
        return { reason, incidentId, effect, ...(reason === 'stale' && { tell: 'stale' as const }) }
      })
      return work.write(outcomes)
    },
    openEpisodes: async () => (await sql.all(OPEN_EPISODES)).map(toOpenEpisode),
    async labelsOf(ids) {
      const rows = await sql.all(`SELECT id, labels FROM episodes WHERE id IN (${sql.words.numbers('?')})`, JSON.stringify(ids))
      return new Map(rows.map(({ id, labels }) => [Number(id), JSON.parse(String(labels))]))
    },
    markHeld: (ids) => mark(sql, ids, 'held = 1, confirmed = 1'),
    markMissing: (ids) => mark(sql, ids, 'confirmed = 0'),
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

/** The last end of an incident that closed with it is told as the end of the incident. */
function withClosed(outcomes: AlertOutcome[], closed: Set<string>): AlertOutcome[] {
  const last = new Map(outcomes.flatMap(({ incidentId, effect }, i) => (effect === 'episode_ended' && incidentId ? [[incidentId, i]] : [])))
  return outcomes.map((outcome, i) => {
    const { incidentId } = outcome
    const isLast = incidentId !== null && closed.has(incidentId) && last.get(incidentId) === i
    return isLast ? { ...outcome, effect: 'resolved' } : outcome
  })
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
