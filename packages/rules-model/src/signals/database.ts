import { concernsDatabase, databaseReach as findReach, topErrorCode } from '../facts/database.ts'
import { largestNow } from '../facts/facts.ts'
import { quotePoint } from '../facts/load.ts'
import { askMetric } from '../facts/metric-queries.ts'
import { poolsNow, sayFullPools } from '../facts/pool.ts'
import { list } from '../wording.ts'
import { defineSignal, EMPTY, seen, unread } from './signal.ts'

/** Whether the instances' own probes reach the database. */
export const databaseReach = defineSignal({
  about: 'whether the database answers',
  source: 'up',
  levels: ['all', 'back', 'some', 'none'],
  abnormal: ['some', 'none'],
  needsAll: ['all', 'none'],
  // A probe asks every few seconds, and gives up after some more.
  settles: { levels: ['all', 'back', 'some'], seconds: 20, least: 6 },
  questions: (facts) => (concernsDatabase(facts) || facts.symptoms.has('latency') ? [askMetric('database_up', facts.job)] : []),
  read: (facts) => {
    const reach = findReach(facts)
    if (!reach) return unread(facts.metric('database_up')) ?? EMPTY
    const { kind, says, quote, wasDown } = reach
    return kind === 'all' && wasDown ? seen('back', `${says} again`, { quote }) : seen(kind, says, { quote, instances: reach.instances })
  },
})

const CODES = [
  ['refused', /^(ECONNREFUSED|57P0[123])$/],
  ['no_slots', /^53300$/],
  ['pool', /^pool_timeout$/],
  ['deadlock', /^40P01$/],
  ['lock', /^55P03$/],
  ['statement', /^57014$/],
  ['login', /^28/],
  ['schema', /^(42P0|42703|42883|3F)/],
  ['permission', /^42501$/],
  ['data', /^2[23]/],
] as const

/** The code under which most database errors are counted. */
export const databaseCode = defineSignal({
  about: 'the codes of database errors',
  source: 'database',
  levels: ['refused', 'no_slots', 'pool', 'deadlock', 'lock', 'statement', 'login', 'schema', 'permission', 'data', 'other', 'none'],
  abnormal: ['refused', 'no_slots', 'pool', 'deadlock', 'lock', 'statement', 'login', 'schema', 'permission', 'data', 'other'],
  questions: (facts) => (concernsDatabase(facts) ? [askMetric('database_errors', facts.job)] : []),
  read: (facts) => {
    const reading = facts.metric('database_errors')
    if (reading.kind !== 'seen') return unread(reading) ?? EMPTY
    const top = topErrorCode(facts)
    if (!top) return EMPTY
    return seen(CODES.find(([, codes]) => codes.test(top.code))?.[0] ?? 'other', top.says, { quote: top.quote })
  },
})

/** Requests a second: a rate over 15 s may hold the last ones before the pool was full. */
const STARVED = 0.5

/** Whether a pool of connections is full, and whether anything still gets through it. */
export const pool = defineSignal({
  about: 'how full the connection pools are',
  source: 'pool',
  levels: ['starved', 'full_moving', 'full', 'free'],
  abnormal: ['starved', 'full_moving', 'full'],
  needsAll: ['free'],
  settles: { levels: ['free'], seconds: 10 },
  questions: (facts) =>
    concernsDatabase(facts)
      ? (['pool_in_use', 'pool_size', 'pool_waiting', 'served_by_instance'] as const).map((name) => askMetric(name, facts.job))
      : [],
  read: (facts) => {
    const pools = poolsNow(facts)
    const [first] = pools
    if (!first) return unread(facts.metric('pool_in_use')) ?? EMPTY
    const full = sayFullPools(facts)
    const spared = pools.filter((one) => !one.full).map(({ instance }) => instance)
    if (!full)
      return seen('free', `the fullest pool (${first.instance}) has ${first.inUse} of ${first.size} connections taken`, {
        quote: first.quote,
      })
    const where = { quote: full.quote, instances: full.instances, spared }
    const served = pools.filter((one) => one.full && one.served !== undefined).sort((a, b) => (a.served ?? 0) - (b.served ?? 0))[0]
    if (!served) return seen('full', full.says, where)
    return (served.served ?? 0) <= STARVED
      ? seen('starved', full.says, { ...where, notes: [`${served.instance} gets next to nothing done, so no connection comes back.`] })
      : seen('full_moving', `${full.says}, but ${served.instance} still answers requests`, {
          ...where,
        })
  },
})

/** How a pool became full: step by step with none given back, or at once. */
export const poolCourse = defineSignal({
  about: 'how the pools filled',
  source: 'course',
  levels: ['climbed', 'jumped'],
  abnormal: [],
  questions: (facts) => (concernsDatabase(facts) ? [askMetric('pool_in_use', facts.job), askMetric('pool_size', facts.job)] : []),
  read: (facts) => {
    const full = poolsNow(facts).filter((one) => one.full)
    const climbed = full.find((one) => one.climbed)
    const [first] = full
    if (!first) return unread(facts.metric('pool_in_use')) ?? EMPTY
    return climbed
      ? seen('climbed', `the connections taken on ${climbed.instance} rose step by step and none came back`, { quote: climbed.quote })
      : seen('jumped', `the pool of ${list([first.instance])} filled at once`, { quote: first.quote })
  },
})

/** How many connections the service's own pools hold: few of them mean that others hold the rest. */
export const ownConnections = defineSignal({
  about: 'how many connections the service holds',
  source: 'limits',
  levels: ['known'],
  abnormal: [],
  questions: (facts) => (concernsDatabase(facts) ? [askMetric('pool_connections', facts.job)] : []),
  read: (facts) => {
    const reading = facts.metric('pool_connections')
    const top = largestNow(reading)
    if (!top || reading.kind !== 'seen') return unread(reading) ?? EMPTY
    return seen('known', `the pools of all instances of ${facts.service} together hold ${top.value} connections`, {
      quote: quotePoint(reading.call, top.series),
    })
  },
})
