import { ErrorRateResult, FetchLogsResult, ListInstancesResult, QueryPrometheusResult } from '@oncall-lab/on-call-agent/functions'
import { RuntimeMetricsResult } from '@oncall-lab/on-call-agent/look-functions'
import { paceOf } from '@oncall-lab/on-call-agent/scrape-pace'
import type { Static, TSchema } from 'typebox'
import { Value } from 'typebox/value'
import { type Call, questionKey } from '../transcript.ts'
import type { Alert } from './alerts.ts'
import { readLooseLogs } from './loose-logs.ts'
import { ALL_FIRING, askAlertState, askMetric, type MetricName, type Question } from './metric-queries.ts'
import { errorOnset } from './onset.ts'
import { rateOf, seriesOf } from './runtime-series.ts'
import { askFreshLogs, askOver, FRESH_LOGS } from './scrape-windows.ts'
import { newestTime, presentValue, type Series } from './series.ts'
import { type Signature, signaturesOf } from './signatures.ts'
import { type Symptom, symptomsOf } from './symptoms.ts'

/** What is known of one question: its newest readable answer, or why there is none. A failure is never a zero. */
export type Reading<T> = { kind: 'seen'; value: T; call: Call } | { kind: 'unseen'; why: string } | { kind: 'not_asked' }

/** Everything that is known, drawn from the results of functions and from nothing else. */
export interface Facts {
  alerts: Alert[]
  symptoms: Set<Symptom>
  service: string
  /** What the alerts' labels name, beside the service. */
  subject: { instances: string[]; routes: string[]; alertnames: string[] }
  /** The alerted job in Prometheus; what the queries ask for. */
  job: string
  /** When the first alert began to fire, in milliseconds. */
  startedAt: number | undefined
  /** The newest time that any result shows, in milliseconds: the only clock there is. */
  now: number | undefined
  /** The log since before the alert, with its signatures (most frequent of late first). */
  logs: Reading<{ result: FetchLogsResult; signatures: Signature[] }>
  /** The newest entries of the log (15 s, less where scrapes are close together): whether errors still come. */
  freshLogs: Reading<FetchLogsResult>
  rate: Reading<ErrorRateResult>
  /** Between two scrapes of the service; undefined where that is not known. */
  scrapeSeconds: number | undefined
  /** How much shorter windows are than with scrapes every five seconds, 0.2 to 1. */
  pace: number
  instances: Reading<ListInstancesResult>
  /** What Prometheus says of the alerts themselves. */
  alertState: Reading<Series[]>
  /** Every alert that fires. */
  allFiring: Reading<Series[]>
  metric(name: MetricName): Reading<Series[]>
  /** What came back for a query of one's own. */
  series(question: Question): Reading<Series[]>
  /** Whether its answer leaves something out: then it shows neither "all" nor "none". */
  isCut(question: Question): boolean
  /** What came back for a question, in the form of its function. */
  result<T extends TSchema>(schema: T, question: Question): Reading<Static<T>>
  /** The question for the code around a line, as it runs on one of these instances. */
  askCode(file: string, line: number, instances?: string[]): Question
  calls: Call[]
}

export const FIRST_LOGS: Question = { tool: 'fetch_logs', args: { seconds: 120, limit: 50 } }
export const ERROR_RATE: Question = { tool: 'compute_error_rate', args: {} }
export const INSTANCES: Question = { tool: 'list_instances', args: {} }
/** What the instances say themselves, where Prometheus does not answer. */
export const RUNTIME: Question = { tool: 'get_runtime_metrics', args: {} }

/** The lines around a place in the code, at the commit that runs where that is known. */
function askCode(file: string, line: number, commit?: string): Question {
  const args = { file_path: file, start_line: Math.max(1, line - 20), end_line: line + 10, ...(commit !== undefined && { commit }) }
  return { tool: 'fetch_code_from_github', args }
}

/** The key under which a question's calls stand in the transcript. */
export function keyOf({ tool, args }: Question): string {
  return questionKey(tool, args)
}

/** So long before an alert fires its trouble has begun at most: its rate fills, and it has to hold for a while. Rules about errors look back longer. */
const RISE_MS = 45_000
const RISE_OF_ERRORS_MS = 180_000

/** Reads the results of the calls; a result of another shape counts as unreadable. */
export function readFacts(alerts: Alert[], calls: Call[]): Facts {
  const job = jobOf(alerts)
  const read = createReader(calls)
  const begins = alerts.flatMap(({ startsAt }) => (startsAt === undefined ? [] : [startsAt]))
  const startedAt = begins.length > 0 ? Math.min(...begins) : undefined
  const now = clockOf(calls, begins)
  const instances = read(ListInstancesResult, INSTANCES)
  const runtime = read(RuntimeMetricsResult, RUNTIME)
  const rate = instead(read(ErrorRateResult, ERROR_RATE), runtime, rateOf)
  const scrapeSeconds = rate.kind === 'seen' ? rate.value.scrape_seconds : undefined
  const pace = paceOf(scrapeSeconds)
  const logs = readLogs(
    calls,
    FIRST_LOGS,
    clockOf(
      [],
      alerts.flatMap(({ startsAt }) => startsAt ?? []),
    ),
  )
  const metricOf = (name: MetricName) => {
    const wide = read(QueryPrometheusResult, askOver(name, job, scrapeSeconds))
    return wide.kind === 'not_asked' ? read(QueryPrometheusResult, askMetric(name, job)) : wide
  }
  const metric = (name: MetricName) =>
    instead(
      map(metricOf(name), ({ series }) => series),
      runtime,
      (value) => seriesOf(name, value, new Date(now ?? 0).toJSON()),
    )
  return {
    alerts,
    symptoms: symptomsOf(alerts, rate.kind === 'seen' ? rate.value : undefined),
    service: alerts.find(({ service }) => service !== '')?.service ?? 'the service',
    subject: subjectOf(alerts),
    job,
    startedAt,
    now,
    logs: map(logs, (result) => ({
      result,
      signatures: signaturesOf(
        result.entries,
        {
          since: startedAt && startedAt - pace * (symptomsOf(alerts, undefined).has('errors') ? RISE_OF_ERRORS_MS : RISE_MS),
          pace,
          before: quietTime(rate, result, pace),
        },
        result.templates,
      ),
    })),
    freshLogs: readFreshLogs(calls, scrapeSeconds, now),
    rate,
    scrapeSeconds,
    pace,
    instances,
    alertState: map(read(QueryPrometheusResult, askAlertState(alerts.map(({ alertname }) => alertname))), ({ series }) => series),
    allFiring: map(read(QueryPrometheusResult, ALL_FIRING), ({ series }) => series),
    metric,
    series: (question) => map(read(QueryPrometheusResult, question), ({ series }) => series),
    isCut: (question) => isCut(calls, keyOf(question)),
    result: read,
    askCode: (file, line, on) => askCode(file, line, commitOn(instances, on)),
    calls,
  }
}

/** The part of the log's window in which no request failed; undefined where none is known. */
function quietTime(rate: Reading<ErrorRateResult>, { window_seconds, entries }: FetchLogsResult, pace: number) {
  const onset = errorOnset({ rate, pace })
  const newest = Math.max(...entries.map(({ ts }) => Date.parse(ts) || 0))
  if (!onset || rate.kind !== 'seen' || (rate.value.onset?.error_rate_before ?? 1) > 0.005) return undefined
  return { from: newest - window_seconds * 1_000, until: onset.at - onset.offMs }
}

/** Each answer is checked against its form once, however many signals read it. */
function createReader(calls: Call[]) {
  const known = new Map<TSchema, Map<string, Reading<unknown>>>()
  return <T extends TSchema>(schema: T, question: Question): Reading<Static<T>> => {
    const key = keyOf(question)
    const ofSchema = known.get(schema) ?? new Map<string, Reading<unknown>>()
    known.set(schema, ofSchema)
    const before = ofSchema.get(key)
    if (before) return before as Reading<Static<T>> // Read by the same schema.
    const reading = readAnswer(schema, calls, key)
    ofSchema.set(key, reading)
    return reading
  }
}

/** Of a log of another form what can be read of it. */
function readLogs(calls: Call[], question: Question, now: number | undefined): Reading<FetchLogsResult> {
  const reading = readAnswer(FetchLogsResult, calls, keyOf(question))
  if (reading.kind !== 'unseen') return reading
  for (const call of calls.filter(({ key, outcome }) => key === keyOf(question) && outcome.kind === 'ok').toReversed()) {
    const value = call.outcome.kind === 'ok' ? readLooseLogs(call.outcome.value, now) : undefined
    if (value) return { kind: 'seen', value, call }
  }
  return reading
}

/** A person is told of the usual 15 s; an investigation asks for as far back as its counts reach. */
function readFreshLogs(calls: Call[], scrapeSeconds: number | undefined, now: number | undefined): Reading<FetchLogsResult> {
  const fitting = readLogs(calls, askFreshLogs(scrapeSeconds), now)
  return fitting.kind === 'not_asked' ? readLogs(calls, FRESH_LOGS, now) : fitting
}

/** The newest readable answer to a question. */
export function readResult<T extends TSchema>(schema: T, calls: Call[], question: Question): Reading<Static<T>> {
  return readAnswer(schema, calls, keyOf(question))
}

function readAnswer<T extends TSchema>(schema: T, calls: Call[], key: string): Reading<Static<T>> {
  const asked = calls.filter((call) => call.key === key && call.outcome.kind !== 'unanswered')
  for (const call of asked.toReversed())
    if (call.outcome.kind === 'ok' && Value.Check(schema, call.outcome.value)) return { kind: 'seen', value: call.outcome.value, call }
  const last = asked.at(-1)
  if (!last) return { kind: 'not_asked' }
  return { kind: 'unseen', why: last.outcome.kind === 'failed' ? last.outcome.message : 'its answer could not be read' }
}

/** The functions say so in their own ways: rows that are left out, or a look that is not complete. */
function isCut(calls: Call[], key: string): boolean {
  const last = calls.findLast((call) => call.key === key && call.outcome.kind === 'ok')
  const value = last?.outcome.kind === 'ok' ? last.outcome.value : undefined
  return value !== undefined && isCutResult(value)
}

/** Whether a result says of itself that it leaves something out, or could not read all: then it shows neither "all" nor "none". */
export function isCutResult(value: unknown): boolean {
  const told = (typeof value === 'object' && value !== null ? value : {}) as { left_out?: unknown; truncated?: unknown; complete?: unknown } // Members that may not be there.
  return Number(told.left_out ?? 0) > 0 || Number(told.truncated ?? 0) > 0 || told.complete === false
}

function map<T, U>(reading: Reading<T>, change: (value: T) => U): Reading<U> {
  return reading.kind === 'seen' ? { ...reading, value: change(reading.value) } : reading
}

/** What runs on one of these instances, on the newest of all without a name. */
function commitOn(reading: Reading<ListInstancesResult>, names: string[] = []): string | undefined {
  if (reading.kind !== 'seen') return undefined
  const all = reading.value.instances.toSorted((a, b) => (b.started_at ?? '').localeCompare(a.started_at ?? ''))
  const commit = (all.find(({ instance }) => names.includes(instance)) ?? all[0])?.commit
  return commit && /^[0-9a-f]{7,40}$/i.test(commit) ? commit : undefined
}

/** What Prometheus did not tell, as the instances tell it themselves, where they can. */
function instead<T>(
  reading: Reading<T>,
  runtime: Reading<RuntimeMetricsResult>,
  read: (value: RuntimeMetricsResult) => T | undefined,
): Reading<T> {
  if (reading.kind === 'seen' || runtime.kind !== 'seen' || runtime.value.instances.length === 0) return reading
  const value = read(runtime.value)
  return value === undefined ? reading : { kind: 'seen', value, call: runtime.call }
}

function subjectOf(alerts: Alert[]): Facts['subject'] {
  const named = (label: string) => [...new Set(alerts.flatMap(({ labels }) => labels[label] ?? []))]
  // A supervisor's count of restarts comes from the supervisor's own address; the port is the instance's.
  const ports = named('port').filter((port) => /^\d+$/.test(port))
  const instances = ports.length > 0 ? ports.map((port) => `:${port}`) : named('instance')
  return { instances, routes: named('route'), alertnames: [...new Set(alerts.map(({ alertname }) => alertname))] }
}

/** Readings of the instances that there are: what one that was stopped on purpose did before compares with nothing. Another naming of the same instances says nothing. */
export function stillThere<T>({ instances }: Pick<Facts, 'instances'>, rows: T[], nameOf: (row: T) => string): T[] {
  if (instances.kind !== 'seen') return rows
  const listed = new Set(
    instances.value.instances.flatMap(({ instance, state }) => (state === 'stopping' || state === 'draining' ? [] : [instance])),
  )
  const kept = rows.filter((row) => listed.has(nameOf(row)))
  return kept.length > 0 ? kept : rows
}

/** Whether the alert names this instance, or none at all. */
export function isAlerted({ subject }: Facts, instance: string): boolean {
  return subject.instances.length === 0 || subject.instances.some((named) => instance === named || instance.endsWith(named))
}

/**
 * The service's name is its job; the `job` label is only a stand-in for it, as it may be that of whoever exports the metric (a supervisor's count of
 * restarts). Only a plain name may go into a query.
 */
function jobOf(alerts: Alert[]): string {
  const names = alerts.flatMap(({ labels, service }) => [service, labels.service, labels.job])
  return names.find((name) => name !== undefined && /^[\w.:-]+$/.test(name)) ?? 'unknown'
}

function clockOf(calls: Call[], begins: number[]): number | undefined {
  const times = calls.flatMap(({ outcome }) => {
    if (outcome.kind !== 'ok') return []
    if (Value.Check(QueryPrometheusResult, outcome.value)) return newestTime(outcome.value.series) ?? []
    if (Value.Check(FetchLogsResult, outcome.value)) return outcome.value.entries.flatMap(({ ts }) => Date.parse(ts) || [])
    return []
  })
  const known = [...times, ...begins]
  return known.length > 0 ? Math.max(...known) : undefined
}

/** Each series' value now, with its labels; series that have ended are left out. */
export function presentValues(reading: Reading<Series[]>): { labels: Record<string, string>; value: number; series: Series }[] {
  if (reading.kind !== 'seen') return []
  const now = newestTime(reading.value)
  return reading.value.flatMap((series) => {
    const value = presentValue(series, now)
    return value === undefined ? [] : [{ labels: series.labels, value, series }]
  })
}

/** The largest present value, with its series; undefined when there is none. */
export function largestNow(reading: Reading<Series[]>): ReturnType<typeof presentValues>[number] | undefined {
  return presentValues(reading).sort((a, b) => b.value - a.value)[0]
}
