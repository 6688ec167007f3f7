import { presentValues, stillThere } from '../facts/facts.ts'
import { latencyNow, SLOW_SECONDS } from '../facts/load.ts'
import { askMetric } from '../facts/metric-queries.ts'
import { phaseFinding } from '../facts/phases.ts'
import { slowRoutes as findSlowRoutes } from '../facts/slow-routes.ts'
import { splitInstances } from '../facts/where.ts'
import { quoteFrom } from '../quote.ts'
import { duration, list } from '../wording.ts'
import { defineSignal, EMPTY, seen, unread } from './signal.ts'

/** How long answers take, against what was usual. */
export const latency = defineSignal({
  about: 'how long answers take',
  source: 'latency',
  levels: ['slow', 'eased', 'normal'],
  abnormal: ['slow'],
  settles: { levels: ['normal'], seconds: 15 },
  questions: ({ job }) => [askMetric('p95', job)],
  read: (facts) => {
    const reading = facts.metric('p95')
    const now = latencyNow(facts)
    if (!now) return unread(reading) ?? EMPTY
    const { value, before, peak, quote } = now
    const slow =
      value >= SLOW_SECONDS || findSlowRoutes(facts) !== undefined || (before !== undefined && value >= Math.max(3 * before, 0.2))
    const was = before === undefined || before > value ? '' : `, ${duration(before)} before`
    if (slow) return seen('slow', `95 % of the answers take up to ${duration(value)}${was}`, { quote })
    const eased = peak >= SLOW_SECONDS && value < peak / 2
    return eased
      ? seen('eased', `95 % of the answers take up to ${duration(value)} now, ${duration(peak)} at worst`, { quote })
      : seen('normal', `95 % of the answers come within ${duration(value)}`, { quote })
  },
})

/** Which kinds of requests are slow. */
export const slowRoutes = defineSignal({
  about: 'which routes are slow',
  source: 'routes',
  levels: ['some', 'writes_only', 'all', 'none'],
  abnormal: ['some', 'writes_only', 'all'],
  needsAll: ['some', 'writes_only', 'all', 'none'],
  settles: { levels: ['none'], seconds: 15 },
  questions: ({ job }) => [askMetric('p95_by_route', job)],
  read: (facts) => {
    const reading = facts.metric('p95_by_route')
    if (reading.kind !== 'seen') return unread(reading) ?? EMPTY
    if (presentValues(reading).length === 0) return EMPTY
    const slow = findSlowRoutes(facts)
    if (!slow) return seen('none', 'no route is slow', { quote: quoteFrom(reading.call, '"series":[', '"series": [') })
    const { says, quote, routes } = slow
    if (slow.writesOnly) return seen('writes_only', `only writes are slow: ${says}`, { quote, routes })
    return slow.kind === 'some'
      ? seen('some', `only some requests are slow: ${says}`, { quote, routes })
      : seen('all', `every route is slow: ${says}`, { quote, routes })
  },
})

/** Which instances answer slowly. */
export const slowInstances = defineSignal({
  about: 'which instances are slow',
  source: 'where',
  levels: ['one', 'several', 'all', 'none'],
  abnormal: ['one'],
  needsAll: ['one', 'all', 'none'],
  settles: { levels: ['none'], seconds: 15 },
  questions: ({ job }) => [askMetric('mean_by_instance', job)],
  read: (facts) => {
    const reading = facts.metric('mean_by_instance')
    if (reading.kind !== 'seen') return unread(reading) ?? EMPTY
    const all = presentValues(reading).map(({ labels, value, series }) => ({ instance: labels.instance ?? 'an instance', value, series }))
    const now = stillThere(facts, all, ({ instance }) => instance)
    const [top] = now.toSorted((a, b) => b.value - a.value)
    if (!top) return EMPTY
    const quote = quoteFrom(reading.call, JSON.stringify(top.series.points.at(-1)))
    if (top.value < 0.05) return seen('none', `no instance takes longer than ${duration(top.value)} on average`, { quote })
    const { kind, instances, spared } = splitInstances(now, top.value / 5)
    const level = kind === 'all' ? 'all' : instances.length === 1 ? 'one' : 'several'
    const says =
      level === 'all'
        ? 'all instances are slow alike'
        : `${list(instances)} ${instances.length === 1 ? 'answers' : 'answer'} slowly (${duration(top.value)} on average), ${list(spared)} ${spared.length === 1 ? 'does' : 'do'} not`
    return seen(level, says, { quote, instances, spared })
  },
})

/** Where the time of a request goes. */
export const phases = defineSignal({
  about: 'where the requests’ time goes',
  source: 'phases',
  levels: ['database', 'computing', 'outbound', 'neither', 'unmeasured'],
  abnormal: ['database', 'computing', 'outbound'],
  needsAll: ['database', 'computing', 'outbound', 'neither', 'unmeasured'],
  questions: ({ job }) => [askMetric('phases', job)],
  read: (facts) => {
    const found = phaseFinding(facts)
    const reading = facts.metric('phases')
    return found ? seen(found.goesTo, found.says, { quote: found.quote }) : (unread(reading) ?? EMPTY)
  },
})
