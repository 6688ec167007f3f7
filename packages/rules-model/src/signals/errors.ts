import { errorsHaveEased, rateFindings, sayRate, within } from '../facts/error-rates.ts'
import { ERROR_RATE, type Facts, stillThere } from '../facts/facts.ts'
import { askMetric } from '../facts/metric-queries.ts'
import { isAboutErrors, NOTABLE_ERROR_RATE } from '../facts/symptoms.ts'
import { memberOf, quoteFrom } from '../quote.ts'
import { clock, list, percent } from '../wording.ts'
import { likeliestScope } from './scope.ts'
import { defineSignal, EMPTY, type Observation, seen, unread } from './signal.ts'

/** How many of the requests fail now. */
export const errors = defineSignal({
  about: 'the error rate',
  source: 'rate',
  levels: ['none', 'few', 'many', 'no_traffic'],
  abnormal: ['few', 'many', 'no_traffic'],
  questions: () => [ERROR_RATE],
  read: (facts) => {
    const { rate } = facts
    if (rate.kind !== 'seen') return unread(rate) ?? EMPTY
    const told = sayRate(rate)
    if (!told)
      return seen('no_traffic', `no request came ${within(rate.value.last_minute.window_seconds)}`, {
        quote: quoteFrom(rate.call, ...memberOf('last_minute', rate.value.last_minute), ...memberOf('error_rate', null)),
      })
    const eased = errorsHaveEased(facts)
    if (!isAboutErrors(facts) && eased.kind === 'yes')
      return seen('none', `no request failed ${within(rate.value.last_15_seconds.window_seconds)}`, { quote: eased.quote })
    const level = told.rate > 0.2 ? 'many' : told.rate > NOTABLE_ERROR_RATE ? 'few' : 'none'
    return seen(level, told.says, { quote: told.quote })
  },
})

/** What the samples cover, which is less than was asked for where Prometheus has not run for so long. */
function spanOf(times: number[]): string {
  const seconds = Math.round((Math.max(...times) - Math.min(...times)) / 1_000)
  return seconds < 90 ? `${seconds} s` : `${Math.round(seconds / 60)} minutes`
}

interface Row {
  name: string
  errors: number
  rate: number
}

/** Rows that are in use, probes left out: a health check says nothing about the rest. */
function rowsOf(facts: Facts, by: 'route' | 'instance'): Row[] {
  if (facts.rate.kind !== 'seen') return []
  const { by_route, by_instance } = facts.rate.value
  const rows =
    by === 'route' ? by_route.map((row) => ({ ...row, name: row.route })) : by_instance.map((row) => ({ ...row, name: row.instance }))
  const used = rows
    .filter(({ name, requests_per_second }) => requests_per_second > 0 && !/^\/(healthz?|livez|readyz|metrics|ready|ping)\b/.test(name))
    .map(({ name, errors_per_second, error_rate }) => ({ name, errors: errors_per_second, rate: error_rate ?? 0 }))
  return by === 'instance' ? stillThere(facts, used, ({ name }) => name) : used
}

/** Where the failures are: rows whose rate is at least a third of the worst, against the rest. */
function scopeOf(facts: Facts, by: 'route' | 'instance'): Observation<'one' | 'several' | 'all'> {
  if (facts.rate.kind !== 'seen') return unread(facts.rate) ?? EMPTY
  const rows = byLikelihood(facts, by, rowsOf(facts, by))
  const worst = Math.max(0, ...rows.map(({ rate }) => rate))
  if (worst < NOTABLE_ERROR_RATE) return EMPTY
  const bad = rows.filter(({ rate }) => rate >= worst / 3 && rate > 0)
  const spared = rows.filter((row) => !bad.includes(row))
  const names = bad.map(({ name }) => name).sort()
  const first = bad.toSorted((a, b) => b.rate - a.rate)[0]
  const level = spared.length === 0 ? 'all' : bad.length === 1 ? 'one' : 'several'
  const others = spared.length > 0 ? `, not ${list(spared.slice(0, 3).map(({ name }) => name))}` : ''
  const rate = first ? `, at worst ${percent(first.rate)}` : ''
  return seen(
    level,
    `${level === 'all' && names.length > 1 ? `every ${by} fails alike` : `${list(names.slice(0, 4))} ${names.length === 1 ? 'fails' : 'fail'}${rate}${others}`}`,
    {
      quote: quoteFrom(facts.rate.call, ...(first ? memberOf(by, first.name) : [])),
      [by === 'route' ? 'routes' : 'instances']: names,
      spared: spared.map(({ name }) => name).sort(),
    },
  )
}

/** Where the likeliest scope names one, strays elsewhere do not blur it. */
function byLikelihood(facts: Facts, by: 'route' | 'instance', rows: Row[]): Row[] {
  const only = likeliestScope(facts)?.[by]
  return only && rows.some(({ name, rate }) => name === only && rate > 0)
    ? rows.map((row) => (row.name === only ? row : { ...row, rate: 0 }))
    : rows
}

/** Which routes fail. */
export const errorRoutes = defineSignal({
  about: 'the routes that fail',
  source: 'scope',
  levels: ['one', 'several', 'all'],
  abnormal: [],
  questions: () => [ERROR_RATE],
  read: (facts) => scopeOf(facts, 'route'),
})

/** Which instances' requests fail. */
export const errorInstances = defineSignal({
  about: 'the instances that fail',
  source: 'where',
  levels: ['one', 'several', 'all'],
  abnormal: ['one'],
  questions: () => [ERROR_RATE],
  read: (facts) => {
    const found = scopeOf(facts, 'instance')
    return found.kind === 'seen' && found.level === 'all' && rowsOf(facts, 'instance').length < 2 ? EMPTY : found
  },
})

/** Whether the routes that the log names carry the failures that the counters count. */
export const logAgrees = defineSignal({
  about: 'whether log and counters agree',
  source: 'rate',
  levels: ['agrees', 'elsewhere', 'uncounted'],
  abnormal: [],
  questions: () => [],
  read: (facts) => {
    const { logs, rate } = facts
    const missing = unread(logs, rate)
    if (missing || logs.kind !== 'seen') return missing ?? EMPTY
    const [top] = logs.value.signatures.filter(({ share }) => share > 0)
    if (!top || top.routes.length === 0) return EMPTY
    const { for: support, against } = rateFindings(facts, top.routes)
    const [found] = support
    if (found) return seen(found.weight >= 0.4 ? 'agrees' : 'elsewhere', found.says, { quote: found.quote, routes: top.routes })
    const [doubt] = against
    return doubt ? seen(doubt.weight >= 0.4 ? 'elsewhere' : 'uncounted', doubt.says, { quote: doubt.quote }) : EMPTY
  },
})

/** With scrapes every five seconds. What an alert speaks of is felt until it fires. */
const LONG_BEFORE_MS = 75_000
/** Rules about errors look back for longer. */
const LONG_BEFORE_OF_ERRORS_MS = 600_000

/** Errors of the last quarter of an hour that are no more: their course, where the newest minutes are free of them. */
export const errorHistory = defineSignal({
  about: 'the course of the error rate',
  source: 'course',
  levels: ['passed', 'earlier', 'going_on', 'none'],
  abnormal: [],
  questions: ({ job }) => [askMetric('error_ratio', job)],
  read: (facts) => {
    const reading = facts.metric('error_ratio')
    if (reading.kind !== 'seen') return unread(reading) ?? EMPTY
    const points = reading.value.flatMap(({ points }) => points.map((point) => ({ point, value: point[1] ?? 0 })))
    const [top] = points.toSorted((a, b) => b.value - a.value)
    if (!top) return EMPTY
    const quote = quoteFrom(reading.call, JSON.stringify(top.point))
    if (top.value < 0.05)
      return seen('none', `next to no errors were counted within the last ${spanOf(points.map(({ point: [at] }) => Date.parse(at)))}`, {
        quote,
      })
    const now = facts.rate.kind === 'seen' ? facts.rate.value.last_minute.error_rate : (points.at(-1)?.value ?? 0)
    const says = `${percent(top.value)} of the requests failed around ${clock(top.point[0])}`
    const last = Math.max(...points.filter(({ value }) => value >= 0.05).map(({ point: [at] }) => Date.parse(at)))
    const longBefore = (isAboutErrors(facts) ? LONG_BEFORE_OF_ERRORS_MS : LONG_BEFORE_MS) * facts.pace
    if (facts.startedAt !== undefined && last < facts.startedAt - longBefore)
      return seen('earlier', `${says}, well before this began`, { quote })
    return now === 0 ? seen('passed', says, { quote }) : seen('going_on', says, { quote })
  },
})
