import { LabError } from '@oncall-lab/service-kit/errors'
import { defineTool } from '../../functions/tool.ts'
import { ErrorRateArgs, ErrorRateResult, summariseErrorRate } from '../../functions.ts'
import { paceOf, windowOver } from '../../scrape-pace.ts'
import { notSeen } from '../target.ts'
import type { PrometheusClient, Series } from './client.ts'
import { counterQuery, decideErrorCounter, type ErrorCounter } from './error-counter.ts'
import { readErrorCourse } from './error-course.ts'
import type { ServiceFinder } from './find-service.ts'
import { scrapeSecondsOf } from './scrape-seconds.ts'

type Asked = Pick<PrometheusClient, 'query' | 'queryBetween'> & Partial<Pick<PrometheusClient, 'scrapeTargets'>>
type Counter = Extract<ErrorCounter, { kind: 'found' }>

/** How far back the onset is looked for with scrapes every five seconds, and how closely. */
const COURSE_SECONDS = 600
const COURSE_STEPS = 120
const MOST_STATUSES = 8
/** The newest data are as few scrapes as make a rate. */
const NEWEST_SCRAPES = 3

/** `compute_error_rate`: requests and errors of the incident's service, now and over the alert's window, by route, instance, release and status, with their onset and scope. */
export function computeErrorRate(prometheus: Asked, finder: ServiceFinder) {
  return defineTool({
    name: 'compute_error_rate',
    description:
      "Requests and errors (5xx) of the incident's service per second and their ratio: last minute, last 15 seconds, by route, instance, release and status; when errors began (onset), and the likeliest scopes. A null rate means no requests.",
    parameters: ErrorRateArgs,
    result: ErrorRateResult,
    async run(_args, { incident, signal }): Promise<ErrorRateResult> {
      const { service } = incident
      const matcher = await finder.find(incident, signal)
      if (matcher === undefined) throw notSeen(service, `Prometheus has no series with ${finder.wanted(incident)}`)
      const [counter, every] = await Promise.all([
        findCounter(prometheus, matcher, service, signal),
        scrapeSecondsOf(prometheus, service, signal),
      ])
      const seconds = { minute: windowOver(60, every), newest: windowOver(15, every, NEWEST_SCRAPES) }
      const window = seconds.minute === 60 ? '1m' : `${seconds.minute}s`
      const ask = createRateQueries(prometheus, counter, signal)
      const [minute, quarter, routes, instances, statuses, releaseOf, courses] = await Promise.all([
        ask(window, ''),
        ask(`${seconds.newest}s`, ''),
        ask(window, counter.routeLabel),
        ask(window, 'instance'),
        askStatuses(prometheus, counter, window, signal),
        askReleases(prometheus, matcher, signal),
        askCourses(prometheus, counter, { seconds: COURSE_SECONDS * paceOf(every), signal }),
      ])
      if (minute.length === 0) throw noData(`Prometheus has no request counts of ${service} for the last minute: it saw no instance`)
      return {
        last_minute: { window_seconds: seconds.minute, ...total(minute) },
        last_15_seconds: { window_seconds: seconds.newest, ...total(quarter) },
        ...(every !== undefined && { scrape_seconds: every }),
        by_route: busiest(routes).map(({ key, ...rate }) => ({ route: key, ...rate })),
        by_instance: busiest(instances).map(({ key, ...rate }) => ({ instance: key, ...rate })),
        ...(releaseOf.size > 0 && { by_release: byRelease(instances, releaseOf) }),
        by_status: statuses,
        ...(courses && readErrorCourse(...courses, { routeLabel: counter.routeLabel, releaseOf })),
      }
    },
    summarise: summariseErrorRate,
  })
}

/** @throws LabError where requests or errors are not counted. */
async function findCounter(prometheus: Asked, matcher: string, service: string, signal: AbortSignal): Promise<Counter> {
  const counter = decideErrorCounter(await prometheus.query(counterQuery(matcher), signal), matcher)
  if (counter.kind === 'no_requests') throw noData(`Prometheus has no http_requests_total of ${service} (${matcher}) in the last minutes`)
  if (counter.kind === 'errors_not_counted')
    throw noData(`The requests of ${service} (${matcher}) are counted without a status, and there is no http_errors_total`)
  return counter
}

function createRateQueries(prometheus: Asked, { requests, errors }: Counter, signal: AbortSignal) {
  return async (window: string, by: string): Promise<Rate[]> => {
    const clause = by && ` by (${by}) `
    const [all, failed] = await Promise.all([
      prometheus.query(`sum${clause}(rate(${requests}[${window}]))`, signal),
      prometheus.query(`sum${clause}(rate(${errors}[${window}]))`, signal),
    ])
    return rates(all, failed, by)
  }
}

async function askStatuses(prometheus: Asked, { requests, statusLabel }: Counter, window: string, signal: AbortSignal) {
  if (statusLabel === undefined) return []
  const all = await prometheus.query(`sum by (${statusLabel}) (rate(${requests}[${window}])) > 0`, signal)
  return all
    .map((series) => ({ status: series.labels[statusLabel] ?? '', requests_per_second: round(latest(series)) }))
    .sort((a, b) => b.requests_per_second - a.requests_per_second)
    .slice(0, MOST_STATUSES)
}

/** What each instance runs, by the metrics that say so; a runtime's own version is no release. */
async function askReleases(prometheus: Asked, matcher: string, signal: AbortSignal): Promise<Map<string, string>> {
  const infos = await prometheus.query(`{__name__=~".+_build_info",${matcher}}`, signal).catch(() => [])
  return new Map(
    infos.flatMap(({ labels: { instance, release, version } }) => {
      const runs = release ?? version
      return instance !== undefined && runs !== undefined ? [[instance, runs] as const] : []
    }),
  )
}

/** The counts of requests and of errors at the same moments, which are compared: a millisecond apart no error would belong to any request. Worth a look, and no reason to say nothing at all. */
async function askCourses(
  prometheus: Asked,
  { requests, errors, routeLabel }: Counter,
  { seconds, signal }: { seconds: number; signal: AbortSignal },
): Promise<[Series[], Series[]] | undefined> {
  const until = new Date()
  const span = { from: new Date(until.getTime() - seconds * 1_000), until }
  const ask = (selector: string) => prometheus.queryBetween(`sum by (instance, ${routeLabel}) (${selector})`, span, COURSE_STEPS, signal)
  return Promise.all([ask(requests), ask(errors)]).catch(() => undefined)
}

function noData(why: string): LabError {
  return new LabError(`${why}; errors cannot be told`, { code: 'no_data', status: 404 })
}

interface Rate {
  key: string
  requests_per_second: number
  errors_per_second: number
  error_rate: number | null
}

function rates(all: Series[], failed: Series[], by: string): Rate[] {
  const errorsOf = new Map(failed.map((series) => [series.labels[by] ?? '', latest(series)]))
  return all.map((series) => {
    const key = series.labels[by] ?? ''
    const requestRate = latest(series)
    const errorRate = errorsOf.get(key) ?? 0
    return { key, ...rateOf(requestRate, errorRate) }
  })
}

const rateOf = (requests: number, errors: number) => ({
  requests_per_second: round(requests),
  errors_per_second: round(errors),
  error_rate: requests > 0 ? round(errors / requests) : null,
})

function byRelease(instances: Rate[], releaseOf: ReadonlyMap<string, string>): NonNullable<ErrorRateResult['by_release']> {
  const releases = [...new Set(releaseOf.values())].sort()
  return releases.flatMap((release) => {
    const own = instances.filter(({ key }) => releaseOf.get(key) === release)
    const sum = (name: 'requests_per_second' | 'errors_per_second') => own.reduce((all, each) => all + each[name], 0)
    if (own.length === 0) return []
    return [{ release, instances: own.map(({ key }) => key).sort(), ...rateOf(sum('requests_per_second'), sum('errors_per_second')) }]
  })
}

/** Without a series in the window there was nothing to count: no instance was scraped in it. */
function total([only]: Rate[]): Omit<Rate, 'key'> {
  const { requests_per_second = 0, errors_per_second = 0, error_rate = null } = only ?? {}
  return { requests_per_second, errors_per_second, error_rate }
}

const busiest = (each: Rate[]) =>
  each
    .filter(({ requests_per_second }) => requests_per_second > 0)
    .sort((a, b) => b.errors_per_second - a.errors_per_second)
    .slice(0, 20)
const latest = ({ points }: Series) => points.at(-1)?.[1] ?? 0
const round = (value: number) => Math.round(value * 1_000) / 1_000
