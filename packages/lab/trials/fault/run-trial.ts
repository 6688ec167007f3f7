import type { ActiveFaults, FleetFaultResult } from '@oncall-lab/process-manager/api'
import { type DatabaseState, difference, readDatabase } from './database-state.ts'
import type { Indicator } from './indicators.ts'
import type { Trial } from './trials.ts'
import type { Seen, Watch } from './watch.ts'

/** Where the lab is. */
export interface Place {
  processManager: string
  shop: string
  prometheus: string
  database: string
  watch: Watch
}

/** How a fault was ended. */
export type Ending = 'none' | 'ttl'

/** What came of one fault. */
export interface Outcome {
  figures: {
    indicator: Indicator
    /** Medians. */
    before: number
    during: number
    highest: number
    afterSeconds: number | undefined
  }[]
  /** Distinct messages with their code, the most frequent first. */
  logs: { text: string; count: number }[]
  /** Names of the alerts that were pending or firing at the end. */
  alerts: string[]
  /** When all figures were back, undefined when they were not. */
  backAfterSeconds: number | undefined
  /** What differed in the database afterwards. */
  database: string[]
}

const BASELINE_SECONDS = 6
const BACK_WITHIN_SECONDS = 60

/** Gives the fault, ends it as asked, and sees what moved and whether it is all back. @throws Error when the process manager refuses. */
export async function runTrial(place: Place, { fault, lastsSeconds, indicators }: Trial, ending: Ending): Promise<Outcome> {
  const before = await place.watch.look(indicators, BASELINE_SECONDS)
  const limits = new Map(indicators.map((indicator) => [indicator, limitOf(indicator, before.get(indicator))]))
  const isUsual = (indicator: Indicator, value: number) => value <= (limits.get(indicator) ?? 0)
  const database = await readDatabase(place.database)

  const given = performance.now()
  const givenAt = new Date()
  await send(place, { ...fault, ttl_seconds: ending === 'ttl' ? lastsSeconds : lastsSeconds + 60 })
  const answeredAfter = (performance.now() - given) / 1_000
  const during = await place.watch.look(indicators, lastsSeconds - answeredAfter)
  const alerts = await readAlerts(place, givenAt)

  const ended = performance.now()
  if (ending === 'none') await send(place, { mode: 'none' })
  const isBack = (seen: Map<Indicator, Seen>) =>
    indicators.every(
      (indicator) =>
        seen
          .get(indicator)
          ?.points.slice(-2)
          .filter(({ value }) => isUsual(indicator, value)).length === 2,
    )
  const after = await place.watch.look(indicators, BACK_WITHIN_SECONDS, isBack)
  const backAfterSeconds = isBack(after) ? (performance.now() - ended) / 1_000 - 1 : undefined
  return {
    figures: indicators.map((indicator) => {
      const points = during.get(indicator)?.points ?? []
      const moved = points.find(({ value }) => !isUsual(indicator, value))
      return {
        indicator,
        before: median(valuesOf(before.get(indicator))),
        during: median(valuesOf(during.get(indicator))),
        highest: Math.max(0, ...valuesOf(during.get(indicator))),
        afterSeconds: moved && moved.second + answeredAfter,
      }
    }),
    logs: await readLogs(place, Math.ceil((performance.now() - given) / 1_000)),
    alerts,
    backAfterSeconds,
    database: [...(await leftovers(place, database)), ...(await stillActive(place))],
  }
}

function valuesOf(seen: Seen | undefined): number[] {
  return seen?.points.map(({ value }) => value) ?? []
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}

/** Above this a value is not usual. */
function limitOf({ step }: Indicator, seen: Seen | undefined): number {
  const highest = Math.max(0, ...valuesOf(seen))
  return Math.max(highest + step, highest * 1.5)
}

async function send({ processManager }: Place, fault: object): Promise<void> {
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(`${processManager}/fault`, { method: 'POST', headers, body: JSON.stringify(fault) })
  const result = (await answer.json()) as FleetFaultResult
  if (!answer.ok || !result.ok) throw new Error(`${JSON.stringify(fault)}: ${JSON.stringify(result)}`)
}

async function leftovers({ database }: Place, before: DatabaseState): Promise<string[]> {
  return difference(before, await readDatabase(database, before.lastReservation))
}

async function stillActive({ processManager }: Place): Promise<string[]> {
  const answer = await fetch(`${processManager}/fault`)
  return ((await answer.json()) as ActiveFaults).faults.map(({ mode }) => `${mode} is still on`)
}

/** Those that have become active since then. */
async function readAlerts({ prometheus }: Place, since: Date): Promise<string[]> {
  const answer = await fetch(`${prometheus}/api/v1/alerts`)
  // As Prometheus documents it.
  const { data } = (await answer.json()) as { data: { alerts: { state: string; activeAt: string; labels: Record<string, string> }[] } }
  const own = data.alerts.filter(({ activeAt }) => new Date(activeAt) >= since)
  return [...new Set(own.map(({ labels, state }) => `${labels.alertname} (${state})`))].sort()
}

async function readLogs({ shop }: Place, seconds: number): Promise<Outcome['logs']> {
  const answer = await fetch(`${shop}/logs/tail?seconds=${seconds}&limit=1000`)
  // As inventory's api.ts says.
  const { entries } = (await answer.json()) as { entries: { message: string; code?: string; error?: string; route?: string }[] }
  const counts = new Map<string, number>()
  for (const { message, code, error } of entries) {
    const text = `${error ?? ''}${code ? ` ${code}` : ''}: ${message}`.trim()
    counts.set(text, (counts.get(text) ?? 0) + 1)
  }
  return [...counts].map(([text, count]) => ({ text, count })).sort((a, b) => b.count - a.count)
}
