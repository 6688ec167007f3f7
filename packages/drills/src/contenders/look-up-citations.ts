import type { Diagnosis } from '@oncall-lab/on-call-agent/api'
import { eventsOf } from '../lab/events-of.ts'
import type { IncidentWithTimelineOf, World } from '../lab/world.ts'
import type { Citation } from '../record.ts'

/** A value that is asked for again may differ in its last digits. */
const TOLERANCE = 1e-6
/** Of a course, the newest points may have been scraped after the first look. */
const SHARE_OF_POINTS = 0.9
/** A scrape is stored under the time at which it began: a look in between saw what stood there before. */
const STORED_WITHIN_SECONDS = [0, 0.5, 1, 2]

/** Looks up each citation again: the quote has to stand in a result that came, and a query of Prometheus has to give its value again, for the same time. */
export async function lookUpCitations(
  world: World,
  evidence: Diagnosis['evidence'],
  incident: IncidentWithTimelineOf,
): Promise<Citation[]> {
  const results = new Map(eventsOf(incident, 'tool_result').map((event) => [event.tool_call_id, event]))
  return Promise.all(
    evidence.map(async ({ tool_call_id, quote }) => {
      const found = results.get(tool_call_id)
      const says = `${found?.name ?? tool_call_id}: ${quote.slice(0, 160)}`
      if (!found?.ok || !squeeze(found.result).includes(squeeze(quote))) return { says, stands: false }
      if (found.name !== 'query_prometheus') return { says, stands: true }
      return { says, stands: await givesAgain(world, found.result).catch(() => false) }
    }),
  )
}

/** The result of `query_prometheus`, as the agent's functions.ts declares it. */
interface QueryResult {
  query: string
  series: { labels: Record<string, string>; points: [string, number | null][] }[]
}

async function givesAgain({ prometheus }: World, text: string): Promise<boolean> {
  const { query, series } = JSON.parse(text) as QueryResult // It was checked against its schema before the agent stored it.
  for (const { labels, points } of series.slice(0, 3)) {
    const times = points.map(([at]) => Date.parse(at) / 1_000)
    const again = await Promise.all(
      times.map((time) => Promise.all(STORED_WITHIN_SECONDS.map((seconds) => prometheus.query(query, time - seconds)))),
    )
    const same = points.filter(([, value], index) =>
      again[index]?.some((looked) => {
        const now = looked.find((each) => isSame(each.labels, labels))?.points[0]?.[1]
        return value === null ? now === undefined : now !== undefined && Math.abs(now - value) <= TOLERANCE * Math.max(1, Math.abs(value))
      }),
    )
    if (same.length < points.length * SHARE_OF_POINTS) return false
  }
  return true
}

function isSame(one: Record<string, string>, other: Record<string, string>): boolean {
  const names = Object.keys({ ...one, ...other })
  return names.every((name) => one[name] === other[name])
}

function squeeze(text: string): string {
  return text.replaceAll(/\s+/g, '')
}
