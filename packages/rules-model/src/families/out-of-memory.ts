import { excerpt, list } from '../wording.ts'
import { defineFamily } from './family.ts'

/** Memory has run out: allocations fail, or the process is killed for it. */
export const outOfMemory = defineFamily({
  id: 'out_of_memory',
  cause: 'out_of_memory',
  name: 'Memory that has run out',
  prior: 1,
  explains: ['memory', 'errors', 'availability'],
  evidence: {
    logMemory: { dominant: 2.6, some: 1.8, none: -0.6 },
    exit: { killed_after_growth: 3.6, heap_full: 2.8, killed_out_of_the_blue: -1.8, exit_code: -1, terminated: -2 },
    memory: { rising: 0.9, plateau: 0.9, step: 0.9, flat: -1.4, fallen: 0.3 },
    deaths: { again_and_again: 0.8, together: 0.8, once: 0.8 },
    errors: { many: 0.3, few: 0.2 },
    logAgrees: { agrees: 0.6 },
    heap: { external: 0.2, heap: 0.2 },
    podEnd: { oom_killed: 8, otherwise: -0.8 },
  },
  follows: ['running', 'targets', 'restarts', 'latency', 'podWaiting', 'probes'],
  next: ['memory', 'exit', 'deaths', 'heap', 'podEnd'],
  remedies: ['restart'],
  tell: {
    headline: ({ who, is, instances, service }) =>
      is('logMemory', 'dominant', 'some')
        ? `Memory has run out on ${who('memory')}: allocations fail already, the limit is reached.`
        : `Memory ran out on ${list(instances('deaths')) || service}, and the process was ended for it.`,
    because: ['podEnd', 'memory', 'deaths', 'errors', 'heap'],
    further: ({ text, notes, is }) => [
      ...(text('logMemory') ? [`The log says "${excerpt(text('logMemory') ?? '', 120)}".`] : []),
      // Whoever killed it has said so.
      ...(is('podEnd', 'oom_killed') ? [] : notes('deaths')),
      ...notes('memory'),
    ],
    component: ({ service }) => `${service} (memory)`,
    instances: ['memory', 'deaths', 'logMemory'],
    routes: ['logMemory'],
    steps: ({ is, instances }) => [
      ...(is('exit', 'killed_after_growth')
        ? ['On the host, look at the kernel log (dmesg, journalctl -k) for "Out of memory" or "oom-kill" at that time.']
        : []),
      `Restart ${list(instances('memory', 'deaths')) || 'the affected instances'} to win time, or raise the limit for now.`,
      'Take a heap snapshot while it grows again, and find what is held.',
    ],
  },
})
