import { excerpt, list } from '../wording.ts'
import { defineFamily } from './family.ts'

/** File descriptors, threads or ports ran out. */
export const resourceExhausted = defineFamily({
  id: 'resource_exhausted',
  cause: 'resource_exhausted',
  name: 'File descriptors, threads, ports or room on the nodes that ran out',
  prior: 0.7,
  explains: ['errors', 'availability', 'latency'],
  evidence: {
    logResource: { dominant: 3.2, some: 2.2, uncounted: 0.4, none: -2 },
    logAgrees: { agrees: 0.9, elsewhere: -0.4 },
    errors: { many: 0.3, few: 0.3 },
    openFiles: { exhausted: 2.6, enough: -0.8 },
    podWaiting: { no_room: 9 },
  },
  follows: ['running', 'pool', 'latency', 'logConnection', 'logRefused'],
  tell: {
    headline: ({ service, text, instances, is }) =>
      is('podWaiting', 'no_room')
        ? `The nodes have no room for another pod of ${service}: ${text('podWaiting')} waits for one.`
        : `${list(instances('openFiles')) || service} has run out of file descriptors, threads or ports${text('logResource') ? `: "${excerpt(text('logResource') ?? '', 160)}"` : ''}.`,
    because: ['podWaiting', 'errors', 'errorInstances'],
    component: ({ is }) => (is('podWaiting', 'no_room') ? 'nodes' : 'host limits'),
    instances: ['errorInstances'],
    routes: ['logResource', 'errorRoutes'],
    steps: ({ is, service }) => [
      ...(is('podWaiting', 'no_room')
        ? [
            `Scale ${service} back to what there is room for, or add a node.`,
            'Compare what the pods ask for with what the nodes can allocate (kubectl describe nodes).',
          ]
        : []),
      'Count what the process holds (ls /proc/<pid>/fd | wc -l, ss -s) and compare with its limit (ulimit -n).',
      'Restart the instance to win time, and find what is opened and not closed.',
      'Raise the limit only after that.',
    ],
  },
})
