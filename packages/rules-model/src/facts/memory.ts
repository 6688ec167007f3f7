import type { Quote } from '../quote.ts'
import { mebibytes } from '../wording.ts'
import { type Facts, isAlerted, presentValues } from './facts.ts'
import { quotePoint } from './load.ts'
import { type Course, courseOf, type Series } from './series.ts'

/** What one instance holds, and how it came to that. */
export interface InstanceMemory {
  instance: string
  value: number
  course: Course
  quote: Quote | undefined
}

/** A growth below this is what any process does as it warms up. */
export const NOTABLE_GROWTH_BYTES = 40 * 1_048_576

/** The memory of each instance, with its course. */
export function memories(facts: Facts): InstanceMemory[] {
  const reading = facts.metric('memory')
  if (reading.kind !== 'seen') return []
  return presentValues(reading).flatMap(({ labels, value, series }) => {
    const near = closerCourse(courseOf(series), facts, labels.instance)
    const course = near?.course ?? courseOf(series)
    return course
      ? [{ instance: labels.instance ?? 'an instance', value, course, quote: near?.quote ?? quotePoint(reading.call, series) }]
      : []
  })
}

/** A growth that fell into the last minute is told better by the closer course: from far it looks like one step, or like growth that goes on. */
function closerCourse(
  far: Course | undefined,
  facts: Facts,
  instance: string | undefined,
): { course: Course; quote: Quote | undefined } | undefined {
  const reading = facts.metric('memory_closely')
  const near = presentValues(reading).find(({ labels }) => labels.instance === instance)
  const closer = near && courseOf(near.series)
  if (!near || !closer || reading.kind !== 'seen') return undefined
  const quote = quotePoint(reading.call, near.series)
  if (!far) return { course: closer, quote }
  if (['flat', 'falling'].includes(closer.shape)) return undefined
  return closer.to - closer.from > 0.6 * (far.to - far.from)
    ? { course: { ...closer, from: Math.min(far.from, closer.from) }, quote }
    : undefined
}

/** Those that have grown notably, the alerted ones first, then the largest. */
export function growing(facts: Facts): InstanceMemory[] {
  const grown = memories(facts).filter(
    ({ course }) => ['rising', 'plateau', 'step'].includes(course.shape) && course.to - course.from > NOTABLE_GROWTH_BYTES,
  )
  return grown.sort((a, b) => Number(isAlerted(facts, b.instance)) - Number(isAlerted(facts, a.instance)) || b.value - a.value)
}

/** Whether the growth is in V8's heap or outside of it, where both could be seen. */
export function heldIn(facts: Facts): { kind: 'heap' | 'external'; quote: Quote | undefined } | undefined {
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
  if (heap && heap.grown > 0.5 * whole) return { kind: 'heap', quote: heap.quote }
  return external && external.grown > 0.5 * whole ? { kind: 'external', quote: external.quote } : undefined
}

/** The growth in a clause. */
export function sayCourse({ instance, course }: InstanceMemory): string {
  const moved = `${mebibytes(course.from)} to ${mebibytes(course.to)}`
  if (course.shape === 'step') return `the memory of ${instance} jumped from ${moved} in one step`
  if (course.shape === 'plateau') return `the memory of ${instance} climbed from ${moved} and has stood still since`
  return `the memory of ${instance} climbs steadily, from ${moved} so far`
}
