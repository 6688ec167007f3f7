import { type Facts, presentValues } from '../facts/facts.ts'
import { BUSY_CPU, COMPUTES, cpuFinding, cpuNow, cpuPerRequest, lagNow, trafficNow, troubleBegan } from '../facts/load.ts'
import { askMetric } from '../facts/metric-queries.ts'
import { baselineOf, samplesOf } from '../facts/series.ts'
import { splitInstances } from '../facts/where.ts'
import { quoteFrom } from '../quote.ts'
import { duration, list, percent, perSecond } from '../wording.ts'
import { scaling } from './changes.ts'
import { defineSignal, EMPTY, seen, unread } from './signal.ts'

/** How much the processes compute. */
export const cpu = defineSignal({
  about: 'the CPU',
  source: 'cpu',
  levels: ['saturated', 'busy', 'eased', 'idle'],
  abnormal: ['saturated', 'busy'],
  needsAll: ['idle'],
  settles: { levels: ['idle'], seconds: 15 },
  questions: ({ job }) => [askMetric('cpu', job)],
  read: (facts) => {
    const found = cpuFinding(facts)
    if (!found) return unread(facts.metric('cpu')) ?? EMPTY
    const { says, quote } = found
    const all = cpuNow(facts)
    const top = all[0]?.value ?? 0
    const { instances, spared, kind } = splitInstances(all, Math.min(BUSY_CPU, top / 2))
    const peak = Math.max(0, ...presentValues(facts.metric('cpu')).flatMap(({ series }) => samplesOf(series).map(({ value }) => value)))
    const where = { quote, instances, spared: kind === 'only' ? spared : [] }
    if (found.busy) return seen(top >= 0.8 ? 'saturated' : 'busy', says, where)
    return peak >= 1.2 * BUSY_CPU && top < peak / 2
      ? seen('eased', `${says} now, ${percent(peak)} at worst`, { quote })
      : seen('idle', says, where)
  },
})

/** What one request costs in CPU, against before. */
export const cpuCost = defineSignal({
  about: 'what a request costs',
  source: 'cost',
  levels: ['up', 'same'],
  abnormal: ['up'],
  settles: { levels: ['same'], seconds: 15 },
  questions: ({ job }) => [askMetric('cpu', job), askMetric('traffic', job)],
  read: (facts) => {
    // What instances that are gone used is not known any more.
    const now = scaling.read(facts)
    if (now.kind === 'seen' && now.level === 'fewer') return EMPTY
    const cost = cpuPerRequest(facts)
    const { quote } = trafficNow(facts) ?? {}
    if (cost?.before === undefined) return unread(facts.metric('cpu'), facts.metric('traffic')) ?? EMPTY
    // What a process uses by itself is shared by fewer requests; that makes none of them dearer.
    if (cost.now >= 2 * cost.before && !cost.isMore) return EMPTY
    if (cost.now >= 2 * cost.before) return seen('up', 'a request costs far more CPU than before', { quote })
    return cost.now < 1.5 * cost.before ? seen('same', 'a request costs about as much CPU as before', { quote }) : EMPTY
  },
})

/** Whether the event loop is blocked. */
export const lag = defineSignal({
  about: 'the event loop',
  source: 'lag',
  levels: ['high', 'raised', 'low'],
  abnormal: ['high'],
  needsAll: ['low'],
  settles: { levels: ['low'], seconds: 10 },
  questions: ({ job }) => [askMetric('lag', job)],
  read: (facts) => {
    const now = lagNow(facts)
    if (!now) return unread(facts.metric('lag')) ?? EMPTY
    const says = `the event loop of ${now.instance} lags ${duration(now.value)} (p99)`
    return seen(now.level, now.level === 'low' ? `${says}, so nothing holds it up` : says, {
      quote: now.quote,
      instances: now.level === 'low' ? [now.instance] : now.instances,
    })
  },
})

/** A busy host makes single turns late, and half of them only where it has no time to give. */
const LATE_SECONDS = 0.05
/** Node looks each 10 ms (`monitorEventLoopDelay`): a loop that is late by twice that half of the time is late all along, however long the longest stall was. */
const IN_TIME_SECONDS = 0.02

/** Few long stalls, or a loop that is late all the time. */
export const lagShape = defineSignal({
  about: 'the shape of the event loop’s lag',
  source: 'course',
  levels: ['stalls', 'steady', 'starved'],
  abnormal: ['starved'],
  // A loop that is in time has no shape.
  questions: (facts) => [askMetric('lag', facts.job), ...(lagNow(facts)?.level === 'low' ? [] : [askMetric('lag_median', facts.job)])],
  read: (facts) => {
    const now = lagNow(facts)
    const reading = facts.metric('lag_median')
    if (!now || now.level === 'low' || reading.kind !== 'seen') return unread(facts.metric('lag'), reading) ?? EMPTY
    const own = presentValues(reading).find(({ labels }) => labels.instance === now.instance)
    if (!own) return EMPTY
    const quote = quoteFrom(reading.call, JSON.stringify(own.series.points.at(-1)))
    const cores = cpuNow(facts).find(({ instance }) => instance === now.instance)?.value
    if (own.value >= LATE_SECONDS && cores !== undefined && cores < COMPUTES)
      return seen(
        'starved',
        `${now.instance} lags ${duration(own.value)} half of the time and hardly computes: its host gives it no time`,
        {
          quote,
          instances: [now.instance],
        },
      )
    return own.value < Math.min(now.value / 4, IN_TIME_SECONDS)
      ? seen('stalls', `half of the time it lags only ${duration(own.value)}: few long stalls`, { quote })
      : seen('steady', `it lags ${duration(own.value)} half of the time: too much work all along`, { quote })
  },
})

/** The number of requests, against what was usual. */
export const traffic = defineSignal({
  about: 'the traffic',
  source: 'traffic',
  levels: ['surge', 'higher', 'usual', 'lower', 'gone'],
  abnormal: ['surge', 'higher', 'lower', 'gone'],
  settles: { levels: ['usual'], seconds: 15 },
  questions: ({ job }) => [askMetric('traffic', job)],
  read: (facts) => {
    const reading = facts.metric('traffic')
    if (reading.kind !== 'seen') return unread(reading) ?? EMPTY
    const now = trafficNow(facts)
    if (!now || now.before === undefined) return lostTraffic(facts)
    const { present, before, says, quote } = now
    if (present < 0.1 * before) return seen('gone', `traffic has all but gone: ${says}`, { quote })
    if (present < 0.5 * before) return seen('lower', `traffic has fallen: ${says}`, { quote })
    if (present >= 2 * before) return seen('surge', `traffic has risen: ${says}`, { quote })
    return present >= 1.5 * before
      ? seen('higher', `traffic has risen: ${says}`, { quote })
      : seen('usual', `traffic is not higher than before (${says})`, { quote })
  },
})

/** A series that ends, or has no value now, although there was traffic before. */
function lostTraffic(facts: Facts) {
  const reading = facts.metric('traffic')
  if (reading.kind !== 'seen') return EMPTY
  const [series] = reading.value
  const before = series && baselineOf(series, troubleBegan(facts))
  if (!series || before === undefined || trafficNow(facts)) return EMPTY
  return seen('gone', `no request is counted any more, ${perSecond(before)} before`, {
    quote: quoteFrom(reading.call, JSON.stringify(series.points[0])),
  })
}

/** Whether a process has used up its file descriptors. */
export const openFiles = defineSignal({
  about: 'open file descriptors',
  source: 'limits',
  levels: ['exhausted', 'enough'],
  abnormal: ['exhausted'],
  needsAll: ['enough'],
  questions: ({ job }) => [askMetric('open_files', job)],
  read: (facts) => {
    const reading = facts.metric('open_files')
    if (reading.kind !== 'seen') return unread(reading) ?? EMPTY
    const full = presentValues(reading).filter(({ value }) => value >= 0.9)
    const [top] = presentValues(reading).sort((a, b) => b.value - a.value)
    if (!top) return EMPTY
    const quote = quoteFrom(reading.call, JSON.stringify(top.series.points.at(-1)))
    const instances = full.map(({ labels }) => labels.instance ?? 'an instance')
    return full.length > 0
      ? seen('exhausted', `${list(instances)} has ${percent(top.value)} of its file descriptors open`, { quote, instances })
      : seen('enough', 'no process is short of file descriptors', { quote })
  },
})
