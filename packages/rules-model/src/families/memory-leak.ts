import { defineFamily } from './family.ts'

/** Memory grows and is not given back. */
export const memoryLeak = defineFamily({
  id: 'memory_leak',
  cause: 'memory_leak',
  name: 'Memory that is held and not given back (a leak)',
  prior: 1,
  explains: ['memory', 'errors', 'latency'],
  evidence: {
    memory: { rising: 3.6, plateau: 3.6, step: 2.6, flat: -3, fallen: 0.8 },
    heap: { heap: 0.8, external: 0.6 },
    traffic: { usual: 0.5, surge: -0.6 },
    logMemory: { dominant: -0.6, some: -0.2 },
    deaths: { again_and_again: -0.6 },
  },
  follows: ['errors', 'latency', 'cpu', 'lag'],
  next: ['memory', 'heap', 'traffic', 'deaths'],
  remedies: ['roll_back', 'restart'],
  tell: {
    headline: ({ who, is }) =>
      is('memory', 'rising')
        ? `Memory leaks on ${who('memory')}: a steady growth that is not given back.`
        : is('memory', 'step')
          ? `One large allocation is held on ${who('memory')}, rather than a steady leak.`
          : `Memory was taken up on ${who('memory')} and is still held.`,
    because: ['memory', 'heap', 'traffic'],
    further: ({ notes }) => [...notes('memory'), 'Which code holds it cannot be told without a heap snapshot.'],
    component: ({ service }) => `${service} (memory)`,
    instances: ['memory'],
    routes: [],
    steps: ({ instances }) => [
      `Take a heap snapshot of ${instances('memory')[0] ?? 'the largest instance'} now, before it is restarted, and another some minutes later; compare what grew.`,
      'Restart the affected instances one after the other to win time; the growth will begin again.',
      'Look for a cache, list or map without a bound in what was released last.',
    ],
  },
})
