import { DatabaseSync } from 'node:sqlite'
import type { Incident, TimelineEvent } from '../../api.ts'
import { covering } from '../../coverage.ts'
import { defineTool } from '../../functions/tool.ts'
import { FindSimilarArgs, FindSimilarResult } from '../../look-functions.ts'
import type { Store } from '../../store/ports.ts'

const SEARCHED = 500
const MOST = 4
/** Below this two incidents have little in common. */
const NOTABLE = 2

interface Seen {
  error?: string
  route?: string
  file?: string
}

/** `find_similar_incidents`: by a fingerprint (service, alerts, file, route, instance) and by words (FTS5), with what is the same, what differs, and what came of it. */
export function findSimilarIncidents(remembered: () => Pick<Store, 'incidents'>) {
  return defineTool({
    name: 'find_similar_incidents',
    description:
      'Earlier incidents that look like this one: what is the same, what differs, what they turned out to be, what people said, what helped. A hint where to look, never evidence: the same look can have another cause.',
    parameters: FindSimilarArgs,
    result: FindSimilarResult,
    async run(seen, { incident }): Promise<FindSimilarResult> {
      const { incidents } = remembered()
      const earlier = (await incidents.search({ limit: SEARCHED })).filter(({ id, diagnosis }) => id !== incident.id && diagnosis !== null)
      const words = rankByWords(earlier, [...incident.alerts.map(({ summary }) => summary), seen.error ?? ''].join(' '))
      const ranked = earlier
        .map((each) => ({ each, ...compare(incident, each, seen), words: words.get(each.id) ?? 0 }))
        .map((found) => ({ ...found, score: found.score + found.words }))
        .filter(({ score }) => score >= NOTABLE)
        .sort((a, b) => b.score - a.score)
      const similar = await Promise.all(
        ranked.slice(0, MOST).map(async ({ each, same, differs, words: alike }) => ({
          ...describe(each),
          same: alike > 0.5 ? [...same, 'similar words'] : same,
          differs,
          ...reactions(await incidents.timeline(each.id)),
        })),
      )
      return { ...covering(null, Math.max(0, ranked.length - MOST)), searched: earlier.length, similar }
    },
    summarise: ({ similar: [first], searched }) =>
      first
        ? `${first.ref} looked alike (${first.same.join(', ')}) and was ${first.cause ?? 'not understood'}.`
        : `None of ${searched} earlier incidents looks alike.`,
  })
}

function describe({ ref, opened_at, resolved_at, diagnosis }: Incident) {
  // A clock that was set back meanwhile makes it no less than nothing.
  const lastedMs = resolved_at === null ? null : Math.max(0, Date.parse(resolved_at) - Date.parse(opened_at))
  return {
    ref,
    opened_at,
    cause: diagnosis?.cause ?? null,
    root_cause: diagnosis?.root_cause.slice(0, 160) ?? null,
    confidence: diagnosis?.confidence ?? null,
    minutes: lastedMs === null ? null : Math.round(lastedMs / 6_000) / 10,
  }
}

/** Points for what two incidents share; what the present one is known to have and the other one not is said. */
function compare(now: Incident, then: Incident, seen: Seen) {
  const alertsOf = ({ alerts }: Incident) => new Set(alerts.map(({ alertname }) => alertname))
  const [ours, theirs] = [alertsOf(now), alertsOf(then)]
  const shared = [...ours].filter((name) => theirs.has(name))
  const facts: [string, boolean | undefined, number][] = [
    ['service', now.service === then.service, 1],
    ['alerts', ours.size > 0 ? shared.length > 0 : undefined, (3 * shared.length) / Math.max(1, new Set([...ours, ...theirs]).size)],
    ['file', seen.file === undefined ? undefined : then.diagnosis?.affected_file === seen.file, 3],
    ['route', seen.route === undefined ? undefined : (then.diagnosis?.routes ?? []).includes(seen.route), 2],
  ]
  return {
    score: facts.reduce((sum, [, is, points]) => sum + (is ? points : 0), 0),
    same: facts.flatMap(([name, is]) => (is ? `same ${name}` : [])),
    differs: facts.flatMap(([name, is]) => (is === false ? `another ${name}` : [])),
  }
}

/** 0 to 2 by the words of alerts and causes: bm25 of FTS5 over an index in memory, so that it is the same for every store. */
function rankByWords(incidents: Incident[], text: string): Map<string, number> {
  const words = [...new Set(text.toLowerCase().match(/[\p{L}_]{3,40}/gu) ?? [])].slice(0, 40)
  if (words.length === 0 || incidents.length === 0) return new Map()
  const db = new DatabaseSync(':memory:')
  try {
    db.exec('CREATE VIRTUAL TABLE words USING fts5 (id UNINDEXED, alerts, cause)')
    const insert = db.prepare('INSERT INTO words VALUES (?, ?, ?)')
    db.exec('BEGIN')
    for (const { id, alerts, diagnosis } of incidents)
      insert.run(id, alerts.map(({ summary }) => summary).join(' '), diagnosis?.root_cause ?? '')
    db.exec('COMMIT')
    const rows = db
      .prepare('SELECT id, -bm25(words) AS points FROM words WHERE words MATCH ? ORDER BY points DESC LIMIT 50')
      .all(words.map((word) => `"${word}"`).join(' OR '))
    const most = Math.max(...rows.map(({ points }) => Number(points)), Number.MIN_VALUE)
    return new Map(rows.map(({ id, points }) => [String(id), (2 * Number(points)) / most]))
  } finally {
    db.close()
  }
}

/** What people wrote, and what became of actions. */
function reactions(timeline: TimelineEvent[]): { people_said: string[]; actions: string[] } {
  const events = timeline.map(({ event }) => event)
  return {
    people_said: events
      .flatMap((event) => (event.kind === 'message_received' ? event.body.replace(/\s+/g, ' ').slice(0, 100) : []))
      .slice(-2),
    actions: events
      .flatMap((event) =>
        event.kind === 'action_verified' || event.kind === 'action_failed'
          ? `${event.kind.slice(7)}: ${JSON.stringify(event).slice(0, 100)}`
          : [],
      )
      .slice(-2),
  }
}
