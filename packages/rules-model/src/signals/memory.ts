import type { Facts } from '../facts/facts.ts'
import { growing, heldIn, memories, NOTABLE_GROWTH_BYTES, sayCourse } from '../facts/memory.ts'
import { askMetric } from '../facts/metric-queries.ts'
import { list, mebibytes } from '../wording.ts'
import { defineSignal, EMPTY, seen, unread } from './signal.ts'

const wantsMemory = (facts: Facts) =>
  facts.symptoms.has('memory') ||
  (facts.logs.kind === 'seen' && facts.logs.value.signatures.some(({ kind, share }) => kind === 'memory' && share > 0))

/** How the processes' memory moves. */
export const memory = defineSignal({
  about: 'the memory',
  source: 'memory',
  levels: ['rising', 'plateau', 'step', 'fallen', 'flat'],
  abnormal: ['rising', 'plateau', 'step'],
  needsAll: ['flat'],
  questions: ({ job }) => [askMetric('memory', job), askMetric('memory_closely', job)],
  read: (facts) => {
    const all = memories(facts)
    const largest = all.toSorted((a, b) => b.value - a.value)[0]
    if (!largest) return unread(facts.metric('memory')) ?? EMPTY
    const grown = growing(facts)
    const [top] = grown
    if (top) {
      const spared = all.filter(({ instance }) => !grown.some((one) => one.instance === instance))
      const others = grown.slice(1).map(({ instance }) => instance)
      const shape = top.course.shape === 'rising' || top.course.shape === 'plateau' ? top.course.shape : 'step'
      return seen(shape, sayCourse(top), {
        quote: top.quote,
        instances: grown.map(({ instance }) => instance).sort(),
        spared: spared.map(({ instance }) => instance),
        notes: [
          ...(others.length > 0 ? [`The same on ${list(others)}.`] : []),
          ...(spared.length > 0 ? [`Not on ${list(spared.map(({ instance }) => instance))}.`] : []),
        ],
      })
    }
    const fallen = all.find(({ course, value }) => course.peak - value > NOTABLE_GROWTH_BYTES && value < 0.67 * course.peak)
    if (fallen)
      return seen('fallen', `${fallen.instance} holds ${mebibytes(fallen.value)} now, ${mebibytes(fallen.course.peak)} at worst`, {
        quote: fallen.quote,
      })
    return seen('flat', `memory does not grow (${largest.instance} ${mebibytes(largest.value)})`, { quote: largest.quote })
  },
})

/** Where grown memory is held. */
export const heap = defineSignal({
  about: 'which kind of memory grew',
  source: 'heap',
  levels: ['heap', 'external'],
  abnormal: [],
  questions: (facts) =>
    wantsMemory(facts) || growing(facts).length > 0 ? [askMetric('heap', facts.job), askMetric('external', facts.job)] : [],
  read: (facts) => {
    const held = heldIn(facts)
    if (!held) return unread(facts.metric('heap'), facts.metric('external')) ?? EMPTY
    return held.kind === 'heap'
      ? seen('heap', 'the JavaScript heap grew: objects that something still refers to', { quote: held.quote })
      : seen('external', 'memory outside the JavaScript heap grew: buffers that something still refers to', { quote: held.quote })
  },
})
