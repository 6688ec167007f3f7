import { logFinding, loggedOfKind, routesOf } from '../facts/database.ts'
import { rateFindings } from '../facts/error-rates.ts'
import { type Facts, presentValues } from '../facts/facts.ts'
import { quotePoint, trafficNow } from '../facts/load.ts'
import { askMetric } from '../facts/metric-queries.ts'
import { type Course, courseOf, type Series } from '../facts/series.ts'
import type { Quote } from '../quote.ts'
import { duration, excerpt, list, mebibytes } from '../wording.ts'
import type { Assessment, Ease, Hypothesis } from './hypothesis.ts'

interface InstanceMemory {
  instance: string
  value: number
  course: Course
  quote: Quote | undefined
}

/** A growth below this is what any process does as it warms up. */
const NOTABLE_GROWTH_BYTES = 40 * 1_048_576

/** Memory grows and is not given back. */
export const memoryGrowth: Hypothesis = {
  id: 'memory_growth',
  name: 'Memory that is held and not given back (a leak)',
  explains: ['memory', 'errors'],
  questions: (facts) =>
    facts.symptoms.has('memory') || loggedOfKind(facts, 'memory').length > 0
      ? [
          ...(['memory', 'memory_closely', 'heap', 'external', 'traffic', 'restarts'] as const).map((name) => askMetric(name, facts.job)),
          { tool: 'list_instances', args: {} },
        ]
      : [],
  assess,
  conclude: (facts) => ({
    rootCause: rootCause(facts),
    component: `${facts.service} (memory)`,
    instances: growing(facts).map(({ instance }) => instance),
    routes: [],
    nextSteps: [
      `Take a heap snapshot of ${growing(facts)[0]?.instance ?? 'the largest instance'} now, before it is restarted, and another some minutes later; compare what grew.`,
      'Restart the affected instances one after the other to win time; the growth will begin again.',
      'Look for a cache, list or map without a bound in what was released last.',
    ],
    suggestedFix: undefined,
    place: undefined,
  }),
  hasEased: memoryHasEased,
}

function memories(facts: Facts): InstanceMemory[] {
  const reading = facts.metric('memory')
  if (reading.kind !== 'seen') return []
  return presentValues(reading).flatMap(({ labels, value, series }) => {
    const course = clearerCourse(courseOf(series), facts, labels.instance)
    return course ? [{ instance: labels.instance ?? 'an instance', value, course, quote: quotePoint(reading.call, series) }] : []
  })
}

/** A growth that fell into the last minute is told better by the closer course: from far it looks like one step, or like growth that goes on. */
function clearerCourse(far: Course | undefined, facts: Facts, instance: string | undefined): Course | undefined {
  const near = presentValues(facts.metric('memory_closely')).find(({ labels }) => labels.instance === instance)
  const closer = near && courseOf(near.series)
  if (!far) return closer
  if (!closer || ['flat', 'falling'].includes(closer.shape)) return far
  return closer.to - closer.from > 0.6 * (far.to - far.from) ? { ...closer, from: Math.min(far.from, closer.from) } : far
}

function growing(facts: Facts): InstanceMemory[] {
  const grown = memories(facts).filter(
    ({ course }) => ['rising', 'plateau', 'step'].includes(course.shape) && course.to - course.from > NOTABLE_GROWTH_BYTES,
  )
  return grown.sort((a, b) => b.value - a.value)
}

function assess(facts: Facts): Assessment {
  const assessment: Assessment = { for: [], against: [], unseen: [] }
  const reading = facts.metric('memory')
  const failed = loggedOfKind(facts, 'memory')
  if (failed.length > 0)
    assessment.for.push(...logFinding(facts, failed, 'allocations that failed'), ...rateFindings(facts, routesOf(failed)).for)
  if (reading.kind === 'unseen') assessment.unseen.push(`memory (${reading.why})`)
  if (reading.kind !== 'seen') return assessment
  const all = memories(facts)
  const [top] = growing(facts)
  if (all.length === 0) assessment.unseen.push('the course of memory (no data)')
  else if (!top) {
    const largest = [...all].sort((a, b) => b.value - a.value)[0]
    assessment.against.push({
      source: 'memory',
      weight: 0.8,
      says: `memory does not grow (${largest?.instance} ${mebibytes(largest?.value ?? 0)})`,
      quote: largest?.quote,
    })
  } else {
    assessment.for.push({
      source: 'memory',
      weight: { rising: 0.65, plateau: 0.55, step: 0.4, flat: 0, falling: 0 }[top.course.shape],
      says: sayCourse(top),
      quote: top.quote,
    })
    weighSurroundings(facts, all, assessment)
  }
  return assessment
}

function weighSurroundings(facts: Facts, all: InstanceMemory[], assessment: Assessment): void {
  const grown = growing(facts)
  const kind = heldIn(facts)
  if (kind) assessment.for.push({ source: 'heap', weight: 0.35, says: kind.says, quote: kind.quote })
  else assessment.unseen.push('which kind of memory grew')
  if (facts.symptoms.has('memory')) assessment.for.push({ source: 'alert', weight: 0.2, says: 'the alert is about memory' })
  const traffic = trafficNow(facts)
  if (traffic?.before !== undefined) {
    const finding = { source: 'traffic' as const, quote: traffic.quote }
    if (traffic.present < 1.5 * traffic.before)
      assessment.for.push({ ...finding, weight: 0.25, says: `traffic is not higher than before (${traffic.says})` })
    else assessment.against.push({ ...finding, weight: 0.25, says: `traffic rose as well (${traffic.says})` })
  }
  const flat = all.filter(({ instance }) => !grown.some((memory) => memory.instance === instance))
  if (flat[0])
    assessment.for.push({
      source: 'instances',
      weight: 0.2,
      says: `${list(flat.map(({ instance }) => instance))} does not grow`,
      quote: flat[0].quote,
    })
}

/** Whether the growth is in V8's heap or outside of it, where both could be seen. */
function heldIn(facts: Facts): { says: string; quote: Quote | undefined } | undefined {
  const [top] = growing(facts)
  if (!top) return undefined
  const growth = (name: 'heap' | 'external') => {
    const reading = facts.metric(name)
    const mine = presentValues(reading).find(({ labels }) => labels.instance === top.instance)
    const course = mine && courseOf(mine.series)
    return course && reading.kind === 'seen'
      ? { grown: course.to - course.from, quote: quotePoint(reading.call, mine.series as Series) }
      : undefined
  }
  const whole = top.course.to - top.course.from
  const [heap, external] = [growth('heap'), growth('external')]
  if (heap && heap.grown > 0.5 * whole)
    return { says: `the JavaScript heap grew by ${mebibytes(heap.grown)}: objects that something still refers to`, quote: heap.quote }
  if (external && external.grown > 0.5 * whole)
    return {
      says: `memory outside the JavaScript heap grew by ${mebibytes(external.grown)}: buffers that something still refers to`,
      quote: external.quote,
    }
  return undefined
}

function sayCourse({ instance, course }: InstanceMemory): string {
  const moved = `${mebibytes(course.from)} to ${mebibytes(course.to)}`
  if (course.shape === 'step') return `${instance} jumped from ${moved} in one step and did not climb steadily`
  if (course.shape === 'plateau') return `${instance} climbed from ${moved} and has stood still since`
  return `${instance} climbs from ${moved}, about ${mebibytes(course.slopePerSecond * 60)} a minute`
}

function rootCause(facts: Facts): string {
  const grown = growing(facts)
  const [top] = grown
  const [failed] = loggedOfKind(facts, 'memory')
  if (!top)
    return failed
      ? `Allocations of ${facts.service} fail ("${excerpt(failed.message, 120)}"): its memory is used up. How that grew could not be seen.`
      : `The memory of ${facts.service} was alerted on; no growth could be seen.`
  const others = memories(facts).filter(({ instance }) => !grown.some((memory) => memory.instance === instance))
  const kind = heldIn(facts)
  const verdict = {
    rising: 'a leak: steady growth',
    plateau: 'memory that was taken up step by step and is still held',
    step: 'one large allocation that is still held, rather than a steady leak',
  }
  return [
    `${facts.service} holds on to memory: ${sayCourse(top)}; this looks like ${verdict[top.course.shape as keyof typeof verdict] ?? 'growth'}.`,
    ...(grown.length > 1
      ? [`The same on ${list(grown.slice(1).map(({ instance, course }) => `${instance} (${mebibytes(course.to)})`))}.`]
      : []),
    ...(others.length > 0 ? [`Not on ${list(others.map(({ instance, value }) => `${instance} (${mebibytes(value)})`))}.`] : []),
    ...(kind ? [`${kind.says.charAt(0).toUpperCase()}${kind.says.slice(1)}.`] : []),
    ...(failed ? [`Allocations fail already ("${excerpt(failed.message, 100)}"): the limit is reached.`] : timeLeft(top)),
    'Which code holds it cannot be told without a heap snapshot.',
  ].join(' ')
}

/** Memory limits are not visible from here, so the next power of two stands in for one and is named as such. */
function timeLeft({ course, value }: InstanceMemory): string[] {
  if (course.shape !== 'rising' || course.slopePerSecond <= 0) return []
  const limit = 2 ** Math.ceil(Math.log2((value * 1.25) / 1_048_576)) * 1_048_576
  return [
    `At this pace it reaches ${mebibytes(limit)} in about ${duration((limit - value) / course.slopePerSecond)} (its real limit is not visible here).`,
  ]
}

/** Whether memory was given back. */
export function memoryHasEased(facts: Facts): Ease {
  const all = memories(facts)
  const [top] = [...all].sort((a, b) => b.value - a.value)
  if (!top) return { kind: 'unknown', says: 'memory could not be seen' }
  const fallen = all.filter(({ course, value }) => course.peak - value > NOTABLE_GROWTH_BYTES && value < 0.67 * course.peak)
  if (growing(facts).length > 0) return { kind: 'no', says: sayCourse(growing(facts)[0] ?? top), quote: top.quote }
  if (fallen[0])
    return {
      kind: 'yes',
      says: `${fallen[0].instance} holds ${mebibytes(fallen[0].value)} now, ${mebibytes(fallen[0].course.peak)} at worst`,
      quote: fallen[0].quote,
    }
  return { kind: 'unknown', says: `${top.instance} holds ${mebibytes(top.value)} and does not grow`, quote: top.quote }
}
