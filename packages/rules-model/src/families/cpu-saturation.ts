import { list } from '../wording.ts'
import { defineFamily } from './family.ts'

/** The requests need more computing than there is. */
export const cpuSaturation = defineFamily({
  id: 'cpu_saturation',
  cause: 'cpu_saturation',
  name: 'Computing in the requests saturates the CPU',
  prior: 1,
  explains: ['cpu', 'latency'],
  evidence: {
    cpu: { saturated: 2.4, busy: 1.1, eased: 1.2, idle: -2.6 },
    lag: { high: 0.8, raised: 0.5, low: -0.4 },
    lagShape: { steady: 0.4, stalls: -0.3 },
    cpuCost: { up: 1.4, same: -1.2 },
    phases: { computing: 1.4, database: -1.6, outbound: -1.6 },
    latency: { slow: 0.7 },
    traffic: { usual: 0.6, surge: -0.8 },
    slowRoutes: { all: 0.2 },
    recentChange: { fewer: -1.4 },
    scaling: { fewer: -2.5 },
    // Those that are left have the work of all.
    running: { some: -2.5, none: -3, given_up: -1.5 },
    hostProcess: { runaway: 4, quiet: -3.5 },
    hostUnit: { failed: -1, stopped: -1 },
  },
  follows: ['slowRoutes', 'errors', 'slowInstances', 'logTimeout', 'targets'],
  next: ['hostProcess', 'cpu', 'lag', 'traffic', 'latency', 'phases', 'cpuCost', 'lagShape'],
  remedies: ['end_process', 'restart'],
  tell: {
    headline: ({ who, is, service }) =>
      is('hostProcess', 'runaway')
        ? `A process that is not ${service} uses up the CPU of its host.`
        : `CPU-bound work on ${who('cpu')}: the requests need more computing than there is.`,
    because: ['hostProcess', 'cpu', 'lag', 'cpuCost', 'traffic', 'latency', 'phases'],
    further: ({ spared, is }) => [
      ...(spared('cpu').length > 0 ? [`Not ${list(spared('cpu'))}.`] : []),
      ...(is('hostProcess', 'runaway') ? [] : ['Which code does the computing cannot be told without a profile.']),
    ],
    component: ({ service, is }) => (is('hostProcess', 'runaway') ? `the host of ${service}` : `${service} (request handling)`),
    instances: ['cpu'],
    routes: [],
    steps: ({ instances, spared, is, text }) =>
      is('hostProcess', 'runaway')
        ? [
            `End process ${text('hostProcess')} on the host, and find out who started it.`,
            'Give such work a limit of its own (CPUQuota of its unit, a queue), or another machine.',
          ]
        : [
            `Take a CPU profile of ${instances('cpu')[0] ?? 'one instance'} for 10 s and look at the widest frame.`,
            spared('cpu').length > 0
              ? `Take ${list(instances('cpu'))} out of rotation; compare its version and requests with ${spared('cpu')[0]}.`
              : 'Look for a release shortly before the start and roll it back; until then add instances to share the load.',
            'Move the computing out of the request, cache it, or bound its input.',
          ],
  },
})
