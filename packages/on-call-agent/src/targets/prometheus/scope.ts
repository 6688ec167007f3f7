import { likelihood } from './onset.ts'

/** What was counted of one instance on one route, before the trouble and within it. */
export interface Cell {
  instance: string
  route: string
  release: string
  requests: number
  errors: number
  requestsBefore: number
  errorsBefore: number
}

/** Where requests fail: all cells that have these values; a value that is null is any. */
export interface Scope {
  instance: string | null
  route: string | null
  release: string | null
  requests: number
  errors: number
  error_rate: number
  /** Of what lies outside. */
  error_rate_outside: number
  /** How likely it is against the other scopes, 0..1. */
  probability: number
}

type Where = Pick<Scope, 'instance' | 'route' | 'release'>

const MOST = 3
/** What each value that a scope names must gain in log likelihood. */
const PER_VALUE = 4
/** Scopes as likely as this against the best are told. */
const NOTABLE = 0.1

/** The likeliest scopes, the best first: inside at a rate of its own, outside at the rate from before. One that names nothing: it fails everywhere. */
export function findScopes(cells: readonly Cell[]): Scope[] {
  const all = total(cells)
  const fleet = all.requestsBefore > 0 ? all.errorsBefore / all.requestsBefore : 0
  const weighed = cells.map((cell) => ({ cell, usual: usual(cell, fleet) }))
  const scored = candidates(cells).map((where) => ({ where, score: scoreOf(weighed, where) }))
  const top = Math.max(...scored.map(({ score }) => score))
  const weight = scored.reduce((sum, { score }) => sum + Math.exp(score - top), 0)
  return scored
    .map(({ where, score }) => ({ ...describe(cells, where), probability: Math.round((100 * Math.exp(score - top)) / weight) / 100 }))
    .filter(({ probability }) => probability >= NOTABLE)
    .sort((a, b) => b.probability - a.probability)
    .slice(0, MOST)
}

/** Everything, each value alone, and each pair of values of two dimensions. */
function candidates(cells: readonly Cell[]): Where[] {
  const values = (name: keyof Where) => [null, ...new Set(cells.map((cell) => cell[name]))]
  const failing = new Set(cells.filter(({ errors }) => errors > 0))
  const wheres = values('instance').flatMap((instance) =>
    values('route').flatMap((route) => values('release').map((release) => ({ instance, route, release }))),
  )
  return wheres.filter((where) => named(where) <= 2 && (named(where) === 0 || [...failing].some((cell) => isWithin(cell, where))))
}

const named = ({ instance, route, release }: Where) => Number(instance !== null) + Number(route !== null) + Number(release !== null)
const isWithin = (cell: Cell, { instance, route, release }: Where) =>
  (instance === null || cell.instance === instance) &&
  (route === null || cell.route === route) &&
  (release === null || cell.release === release)

function scoreOf(weighed: readonly { cell: Cell; usual: number }[], where: Where): number {
  const inside = total(weighed.flatMap(({ cell }) => (isWithin(cell, where) ? [cell] : [])))
  const outside = weighed.reduce((sum, each) => sum + (isWithin(each.cell, where) ? 0 : each.usual), 0)
  return likelihood(inside.errors, inside.requests) + outside - PER_VALUE * named(where)
}

/** How well the cell fits what was usual: its own rate of before, with a little of the rate of all. */
function usual(cell: Cell, fleet: number): number {
  const rate = (cell.errorsBefore + fleet * 5) / (cell.requestsBefore + 5)
  return likelihood(cell.errors, cell.requests, rate)
}

function total(cells: readonly Cell[]) {
  return cells.reduce(
    (sum, { requests, errors, requestsBefore, errorsBefore }) => ({
      requests: sum.requests + requests,
      errors: sum.errors + errors,
      requestsBefore: sum.requestsBefore + requestsBefore,
      errorsBefore: sum.errorsBefore + errorsBefore,
    }),
    { requests: 0, errors: 0, requestsBefore: 0, errorsBefore: 0 },
  )
}

function describe(cells: readonly Cell[], where: Where): Omit<Scope, 'probability'> {
  const inside = total(cells.filter((cell) => isWithin(cell, where)))
  const outside = total(cells.filter((cell) => !isWithin(cell, where)))
  const rate = ({ requests, errors }: { requests: number; errors: number }) =>
    requests > 0 ? Math.round((1_000 * errors) / requests) / 1_000 : 0
  return {
    ...where,
    requests: Math.round(inside.requests),
    errors: Math.round(inside.errors),
    error_rate: rate(inside),
    error_rate_outside: rate(outside),
  }
}
