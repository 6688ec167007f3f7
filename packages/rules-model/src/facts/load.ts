import { type Quote, quoteFrom } from '../quote.ts'
import { percent, perSecond } from '../wording.ts'
import { type Facts, largestNow, presentValues, stillThere } from './facts.ts'
import { METRIC_QUERIES } from './metric-queries.ts'
import { errorOnset, isAlertsOwn, stepIn } from './onset.ts'
import { baselineOf, newestTime, type Series, samplesOf } from './series.ts'

/** Above this part of a core an instance counts as busy; prom-client's own work stays far below. */
export const BUSY_CPU = 0.4
/** The same for the sum over the fleet, where work is shared out. */
const BUSY_FLEET_CPU = 0.7
/** Event loop lag (p99) of an idle loop is about 0.011 s. */
const HIGH_LAG_SECONDS = 0.1
/** Between the two a busy host may be the reason as well as the process itself. */
const RAISED_LAG_SECONDS = 0.05
/** Answers that take longer than this (p95) are slow whatever was usual. */
export const SLOW_SECONDS = 0.5

/** With scrapes every five seconds rates look back 30 s, and alerts wait: what is older than this before the alert counts as "before". */
const LEAD_MS = 75_000
/** Courses reach back some minutes; before an older beginning there is nothing to compare with. */
const LONGEST_MS = 180_000

/** The lag that counts: as far as the rates look back. */
const LATELY_MS = 35_000

/** The moment before which things were as usual. */
export function troubleBegan(facts: Facts): number {
  const { startedAt, now, pace } = facts
  const lead = (startedAt ?? now ?? 0) - LEAD_MS * pace
  const onset = errorOnset(facts)
  return onset && isAlertsOwn(onset, facts) && onset.at > lead - LONGEST_MS * pace ? Math.min(lead, onset.at) : lead
}

/** The last sample of a series as a quote. */
export function quotePoint(call: Parameters<typeof quoteFrom>[0], series: Series): Quote | undefined {
  const short = JSON.stringify(series)
  const point = JSON.stringify(series.points.at(-1))
  return quoteFrom(call, ...(short.length <= 300 ? [short] : []), point, point.replace(',', ', '))
}

/** A rate of a process or of counts that are new looks back on a window that is not full yet: the first sample of such a course is no level. */
function withoutFilling(facts: Facts, name: 'traffic' | 'cpu', series: Series): Series {
  const [first, second] = samplesOf(series)
  const now = newestTime([series])
  if (!first || !second || now === undefined) return series
  const asked = METRIC_QUERIES[name].rangeSeconds * 1_000 * facts.pace
  const isNew = first.at - (now - asked) > 1.5 * (second.at - first.at)
  return isNew ? { ...series, points: series.points.slice(series.points.findIndex(([, value]) => value !== null) + 1) } : series
}

/** Present traffic against what was usual before. */
export function trafficNow(
  facts: Facts,
): { present: number; before: number | undefined; says: string; quote: Quote | undefined } | undefined {
  const reading = facts.metric('traffic')
  const top = largestNow(reading)
  if (!top || reading.kind !== 'seen') return undefined
  // A course that begins shortly before the trouble shows what was usual by its own step.
  const series = withoutFilling(facts, 'traffic', top.series)
  const step = stepIn(series)
  const before = baselineOf(series, troubleBegan(facts)) ?? (step && baselineOf(series, step.at))
  const says =
    before === undefined
      ? `${perSecond(top.value)} (what was usual is not known)`
      : `${perSecond(top.value)} now, ${perSecond(before)} before`
  return { present: top.value, before, says, quote: quotePoint(reading.call, top.series) }
}

/** CPU of each instance now, in cores, busiest first. */
export function cpuNow(facts: Facts): { instance: string; value: number; quote: Quote | undefined }[] {
  const reading = facts.metric('cpu')
  if (reading.kind !== 'seen') return []
  return stillThere(facts, presentValues(reading), ({ labels }) => labels.instance ?? '')
    .map(({ labels, value, series }) => ({ instance: labels.instance ?? 'an instance', value, quote: quotePoint(reading.call, series) }))
    .sort((a, b) => b.value - a.value)
}

/** CPU seconds that one request costs, now and before; undefined parts where traffic or CPU is not known. */
export function cpuPerRequest(facts: Facts): { now: number; before: number | undefined; isMore: boolean } | undefined {
  const traffic = trafficNow(facts)
  const cpu = cpuNow(facts)
  const reading = facts.metric('cpu')
  if (!traffic || traffic.present <= 0.2 || cpu.length === 0 || reading.kind !== 'seen') return undefined
  const bases = reading.value.flatMap((series) => baselineOf(withoutFilling(facts, 'cpu', series), troubleBegan(facts)) ?? [])
  const [usedBefore, used] = [bases.reduce((sum, value) => sum + value, 0), cpu.reduce((sum, { value }) => sum + value, 0)]
  const before = traffic.before && bases.length > 0 ? usedBefore / traffic.before : undefined
  return { now: used / traffic.present, before, isMore: used >= 1.2 * usedBefore }
}

/**
 * What the CPU says of the busiest instance. A rate looks back 30 s, so a CPU that has just become busy shows as one that has risen: it counts as
 * busy from three times what was usual on.
 */
export function cpuFinding(facts: Facts): { busy: boolean; says: string; value: number; quote: Quote | undefined } | undefined {
  const [top] = cpuNow(facts)
  const reading = facts.metric('cpu')
  if (!top || reading.kind !== 'seen') return undefined
  const { instance, value, quote } = top
  const series = reading.value.find(({ labels }) => labels.instance === instance)
  const before = series && baselineOf(withoutFilling(facts, 'cpu', series), troubleBegan(facts))
  const risen = before !== undefined && value >= 0.15 && value >= 3 * before
  const uses = `${instance} uses ${percent(value)} of a core`
  if (value >= BUSY_CPU) return { busy: true, value, says: uses, quote }
  const fleet = cpuNow(facts).reduce((sum, cpu) => sum + cpu.value, 0)
  if (fleet >= BUSY_FLEET_CPU && cpuNow(facts).length > 1)
    return {
      busy: true,
      value: fleet,
      says: `${uses}, and the others compute as much`,
      quote,
    }
  return { busy: risen, value, says: risen ? `${uses}, ${percent(before)} before` : `${uses} at most`, quote }
}

/**
 * One hiccup of a busy host is no lag of the process, and a process that hardly computes is late because its host gives it no time: the lag is high where it is so in two
 * samples of one that computes, or for that long.
 */
const CERTAIN_LAG_SECONDS = 0.5
/** Of a core: a process that uses less waits for something. */
export const COMPUTES = 0.2

/** One instance's event loop lag: in seconds, and how to read it. */
interface Lag {
  value: number
  level: 'high' | 'raised' | 'low'
  instance: string
  quote: Quote | undefined
}

const LAG_LEVELS = ['high', 'raised', 'low'] as const

/**
 * Event loop lag within the last half minute (what the rates look back on too): of the worst instance of the gravest level, with the names of all that are at this level. A hiccup of one instance
 * does not hide the lag of another.
 */
export function lagNow(facts: Facts): (Lag & { instances: string[] }) | undefined {
  const reading = facts.metric('lag')
  if (reading.kind !== 'seen') return undefined
  const now = newestTime(reading.value) ?? 0
  const all = presentValues(reading).flatMap(({ labels, series }): Lag[] => {
    const recent = series.points.flatMap((point) =>
      now - Date.parse(point[0]) <= LATELY_MS * facts.pace && point[1] !== null ? [{ point, value: point[1] }] : [],
    )
    const [worst] = recent.toSorted((a, b) => b.value - a.value)
    if (!worst) return []
    const instance = labels.instance ?? 'an instance'
    const values = recent.map(({ value }) => value)
    return [
      {
        value: worst.value,
        level: lagLevel(values, instance, facts),
        instance,
        quote: quoteFrom(reading.call, JSON.stringify(worst.point)),
      },
    ]
  })
  const gravest = LAG_LEVELS.map((level) => all.filter((lag) => lag.level === level)).find((lags) => lags.length > 0) ?? []
  const [worst] = gravest.toSorted((a, b) => b.value - a.value)
  return worst && { ...worst, instances: gravest.map(({ instance }) => instance).sort() }
}

function lagLevel(recent: number[], name: string, facts: Facts): Lag['level'] {
  const worst = Math.max(...recent)
  const lasts = recent.length < 2 || recent.filter((value) => value >= HIGH_LAG_SECONDS).length >= 2
  const computes = (cpuNow(facts).find(({ instance }) => instance === name)?.value ?? 1) >= COMPUTES
  const isOwn = worst >= CERTAIN_LAG_SECONDS || (lasts && computes)
  return worst >= HIGH_LAG_SECONDS && isOwn ? 'high' : worst >= RAISED_LAG_SECONDS ? 'raised' : 'low'
}

/** The 95th percentile of all answers now, in seconds, with what was usual and the worst of the range. */
export function latencyNow(
  facts: Facts,
): { value: number; before: number | undefined; peak: number; quote: Quote | undefined } | undefined {
  const reading = facts.metric('p95')
  const top = largestNow(reading)
  if (!top || reading.kind !== 'seen') return undefined
  const peak = Math.max(...top.series.points.map(([, value]) => value ?? 0))
  return { value: top.value, before: baselineOf(top.series, troubleBegan(facts)), peak, quote: quotePoint(reading.call, top.series) }
}
