import type { Series } from './client.ts'
import { type Bucket, findOnset } from './onset.ts'
import { type Cell, findScopes, type Scope } from './scope.ts'

/** When and where errors began, from raw counters: a rate would smear the beginning over its window. */
export interface ErrorCourse {
  onset: { at: string; ended_at: string | null; error_rate_before: number; error_rate_within: number } | null
  scopes: Scope[]
}

/** Reads the course out of counters by instance and route; `releaseOf` says what an instance runs. */
export function readErrorCourse(
  requests: readonly Series[],
  errors: readonly Series[],
  { routeLabel, releaseOf }: { routeLabel: string; releaseOf: ReadonlyMap<string, string> },
): ErrorCourse {
  const times = [...new Set(requests.flatMap(({ points }) => points.map(([at]) => at)))].sort((a, b) => a - b).slice(1)
  const begin = Math.min(...requests.flatMap(({ points }) => points.slice(0, 1).map(([at]) => at)))
  const ofRequests = requests.map((series) => increases(series, begin))
  const ofErrors = errors.map((series) => increases(series, begin))
  const buckets = times.map((at): Bucket => ({ at, requests: sumAt(ofRequests, at), errors: sumAt(ofErrors, at) }))
  const found = findOnset(buckets)
  if (!found) return { onset: null, scopes: [] }
  const [first, end] = [times[found.from], times[found.to]]
  const isWithin = (at: number) => at >= (first ?? 0) && (end === undefined || at < end)
  const cells = new Map<string, Cell>()
  const add = (all: readonly Increases[], name: 'requests' | 'errors') => {
    for (const { labels, steps } of all) {
      const { instance = '' } = labels
      const route = labels[routeLabel] ?? ''
      const key = JSON.stringify([instance, route])
      const release = releaseOf.get(instance) ?? ''
      const cell = cells.get(key) ?? { instance, route, release, requests: 0, errors: 0, requestsBefore: 0, errorsBefore: 0 }
      for (const [at, value] of steps)
        if (isWithin(at)) cell[name] += value
        else if (at < (first ?? 0)) cell[`${name}Before`] += value
      cells.set(key, cell)
    }
  }
  add(ofRequests, 'requests')
  add(ofErrors, 'errors')
  const used = [...cells.values()]
    .map((cell) => ({ ...cell, errors: Math.min(cell.errors, cell.requests) }))
    .filter((cell) => cell.requests > 0)
  return {
    onset: {
      at: timeOf((first ?? 0) - stepOf(times)),
      ended_at: end === undefined ? null : timeOf(end - stepOf(times)),
      error_rate_before: round(found.rateBefore),
      error_rate_within: round(found.rateWithin),
    },
    scopes: findScopes(used).map(nameless),
  }
}

/** A release or a route that nothing is known of is none. */
function nameless(scope: Scope): Scope {
  return { ...scope, route: scope.route || null, release: scope.release || null, instance: scope.instance || null }
}

interface Increases {
  labels: Series['labels']
  /** By the end of each step. */
  steps: Map<number, number>
}

/** What a counter grew by in each step; one that begins, or begins again, has grown by what it shows. */
function increases({ labels, points }: Series, begin: number): Increases {
  const steps = new Map<number, number>()
  let before = (points[0]?.[0] ?? begin) > begin ? 0 : undefined
  for (const [at, value] of points) {
    if (value === null) continue
    if (before !== undefined) steps.set(at, value >= before ? value - before : value)
    before = value
  }
  return { labels, steps }
}

const sumAt = (all: readonly Increases[], at: number) => all.reduce((sum, { steps }) => sum + (steps.get(at) ?? 0), 0)
const stepOf = (times: number[]) => (times[1] ?? 0) - (times[0] ?? 0)
const timeOf = (seconds: number) => `${new Date(seconds * 1_000).toISOString().slice(0, 19)}Z`
const round = (value: number) => Math.round(value * 1_000) / 1_000
