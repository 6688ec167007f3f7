import { excerpt, list } from '../wording.ts'
import { defineFamily, type Story } from './family.ts'

/** File descriptors, threads or ports ran out. */
export const resourceExhausted = defineFamily({
  id: 'resource_exhausted',
  cause: 'resource_exhausted',
  name: 'File descriptors, threads, ports, a quota or room on the nodes that ran out',
  prior: 0.7,
  explains: ['errors', 'availability', 'latency'],
  evidence: {
    // What is nearly used up fails nobody yet.
    logResource: { dominant: 3.2, some: 2.2, uncounted: 0.4, none: -0.6 },
    logQuota: { dominant: 2.8, some: 1.6 },
    logAgrees: { agrees: 0.9, elsewhere: -0.4 },
    errors: { many: 0.3, few: 0.3 },
    openFiles: { exhausted: 2.6, enough: -0.8 },
    podWaiting: { no_room: 9, evicted: 5 },
    podRefused: { quota: 8 },
  },
  follows: ['running', 'pool', 'latency', 'logConnection', 'logRefused'],
  tell: {
    headline: (story) => headlineOf(story),
    because: ['podWaiting', 'podRefused', 'openFiles', 'errors', 'errorInstances'],
    component: ({ is, text }) =>
      is('podRefused', 'quota')
        ? 'quota of the namespace'
        : is('podWaiting', 'no_room', 'evicted')
          ? 'nodes'
          : text('logQuota') && !text('logResource')
            ? 'what the service uses (its limit)'
            : 'host limits',
    instances: ['errorInstances'],
    routes: ['logResource', 'logQuota', 'errorRoutes'],
    steps: ({ is, service, text }) => [
      ...(is('podRefused', 'quota')
        ? ['See who uses it up (kubectl describe resourcequota), scale something else back, or raise it.']
        : []),
      ...(is('podWaiting', 'no_room')
        ? [
            `Scale ${service} back to what there is room for, or add a node.`,
            'Compare what the pods ask for with what the nodes can allocate (kubectl describe nodes).',
          ]
        : []),
      ...(text('logQuota')
        ? [
            'Look at the limit that the message names: who has used it up, whether it can be raised, and whether what fills it can be thrown away.',
          ]
        : []),
      'Count what the process holds (ls /proc/<pid>/fd | wc -l, ss -s) and compare with its limit (ulimit -n).',
      'Restart the instance to win time, and find what is opened and not closed.',
      'Raise the limit only after that.',
    ],
  },
})

function headlineOf({ service, text, instances, is }: Story): string {
  const [words, limit] = [text('logResource'), text('logQuota')]
  const holders = instances('openFiles')
  if (is('podWaiting', 'no_room')) return `The nodes have no room for another pod of ${service}: ${text('podWaiting')} waits for one.`
  if (is('podRefused', 'quota')) return `The quota of the namespace of ${service} is used up, so no further pod may be created.`
  if (is('podWaiting', 'evicted')) return `A node has too little left for its pods and puts those of ${service} out.`
  if (limit && !words) return `Something that ${service} uses has reached its limit and refuses more: "${excerpt(limit, 160)}".`
  if (!words && holders.length > 0) return `${list(holders)} ${holders.length === 1 ? 'has' : 'have'} nearly no file descriptor left.`
  return `${list(holders) || service} has run out of file descriptors, threads or ports${words ? `: "${excerpt(words, 160)}"` : ''}.`
}
