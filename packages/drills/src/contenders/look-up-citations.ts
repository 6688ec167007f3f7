import type { Diagnosis } from '@oncall-lab/on-call-agent/api'
import { eventsOf } from '../lab/events-of.ts'
import type { IncidentWithTimelineOf, World } from '../lab/world.ts'
import type { Citation } from '../record.ts'
import { givesAgain, type Pace, type Witness } from './ask-again.ts'

/** Series of a result that are asked for again. */
const SERIES = 3

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
      if (!found || !squeeze(found.result).includes(squeeze(quote))) return { says, stands: false }
      // That a function failed may be cited like anything else that it answered.
      if (!found.ok || found.name !== 'query_prometheus') return { says, stands: true }
      return { says, stands: await standsStill(world, found.result).catch(() => false) }
    }),
  )
}

/** The result of `query_prometheus`, as the agent's functions.ts declares it. */
interface QueryResult {
  query: string
  series: { labels: Record<string, string>; points: [string, number | null][] }[]
}

/** True when all points of the first series come again. */
async function standsStill({ prometheus }: World, text: string): Promise<boolean> {
  const { query, series } = JSON.parse(text) as QueryResult // It was checked against its schema before the agent stored it.
  const newest = Math.max(...series.flatMap(({ points }) => points.map(([at]) => Date.parse(at) / 1_000)))
  const pace: Pace = await prometheus.pace(newest)
  for (const { labels, points } of series.slice(0, SERIES)) {
    const witness: Witness = {
      value: async (promql, at) => (await prometheus.query(promql, at)).find((each) => isSame(each.labels, labels))?.points[0]?.[1],
      number: async (promql, at) => (await prometheus.query(promql, at))[0]?.points[0]?.[1],
    }
    const again = await Promise.all(
      points.map(([at, value]) => givesAgain(witness, { query, at: Date.parse(at) / 1_000, value, rounding: 0 }, pace)),
    )
    if (!again.every(Boolean)) return false
  }
  return true
}

function isSame(one: Record<string, string>, other: Record<string, string>): boolean {
  const names = Object.keys({ ...one, ...other })
  return names.every((name) => one[name] === other[name])
}

/** Without blanks (also those that JSON writes as `\\n`) and the marks of a text within a text: the agent's own check of a quote reads over both. */
export function squeeze(text: string): string {
  return text.replaceAll(/\\+[nrt]|[\s\\]+/g, '')
}
