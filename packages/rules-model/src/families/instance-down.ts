import { list } from '../wording.ts'
import { defineFamily } from './family.ts'

/** Instances are gone. */
export const instanceDown = defineFamily({
  id: 'instance_down',
  cause: 'instance_down',
  name: 'Instances that are gone',
  prior: 1,
  explains: ['availability', 'errors', 'traffic', 'monitoring', 'latency', 'cpu'],
  evidence: {
    running: { some: 1.8, none: 3.4, given_up: 0.2, all: -1.6 },
    deaths: { once: 1.6, together: 2.4, none: 0.2, again_and_again: -0.8 },
    targets: { flapping: 0.6, not_running: 1.2, none_known: 1, down: 0.8, came_back: 0.6, all_up: -1.4, mute: -2, mute_before: -1 },
    restarts: { one: 0.5, several: -0.8 },
    exit: { terminated: 0.4, killed_after_growth: -1.4, heap_full: -1 },
    subject: { balancer: -1, host: -0.5 },
    // What ends one process after the other is no instance that is gone.
    fatalRequest: { same_request: -2.6 },
    scrapes: { blind: -1.5 },
    scaling: { fewer: -1 },
    balancerList: { unreachable: -0.5 },
  },
  follows: [
    'cpu',
    'lag',
    'lagShape',
    'phases',
    'slowRoutes',
    'pool',
    'podWaiting',
    'probes',
    'errors',
    'errorInstances',
    'retries',
    'balancerErrors',
    'latency',
    'traffic',
  ],
  remedies: ['restart'],
  tell: {
    headline: ({ instances, service, is, says }) =>
      is('running', 'none')
        ? `No instance of ${service} runs.`
        : is('running', 'some')
          ? `${list(instances('running'))} of ${service} ${instances('running').length === 1 ? 'does' : 'do'} not run.`
          : `An instance of ${service} went away: ${says('deaths') ?? says('targets') ?? 'it does not answer'}.`,
    because: ['running', 'targets', 'deaths', 'errors'],
    further: ({ notes }) => notes('deaths'),
    component: ({ service }) => `${service} (availability)`,
    instances: ['running', 'deaths', 'targets'],
    steps: ({ is }) => [
      is('running', 'none')
        ? 'Start instances: the process manager lists none that runs.'
        : 'Read the standard error of the process at its end, then start it again.',
      'Find out who or what stopped it: the process manager’s own log, the last deployment, the kernel’s log.',
    ],
  },
})
