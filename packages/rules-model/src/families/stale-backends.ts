import { defineFamily } from './family.ts'

/** The load balancer’s list is not the list of instances that run. */
export const staleBackends = defineFamily({
  id: 'stale_backends',
  cause: 'stale_backends',
  name: 'A load balancer with an old list of backends',
  prior: 0.9,
  explains: ['availability', 'errors', 'traffic', 'latency'],
  evidence: {
    balancerList: { differs: 2.8, empty: 2.2, matches: -2.6, unreachable: -1.5 },
    running: { all: 0.8, some: -0.8, none: -2.5, given_up: -0.8 },
    deaths: { none: 0.4, again_and_again: -2 },
    balancerErrors: { all_errors: 1.2, own_errors: 0.9, none: -0.3 },
    errors: { none: 0.3 },
    targets: { all_up: 0.4, unlisted: 0.6, mute: -1 },
    // A list stays as it is because somebody wanted it so, or since nobody is asked for it.
    recentChange: { setting: 0.8, setting_before: 0.4 },
  },
  // A process that dies leaves the list behind for a moment; the one that is wrong here is another.
  refine: ({ is, instances }) =>
    is('balancerList', 'differs') &&
    is('deaths', 'again_and_again') &&
    !instances('deaths').some((dead) => instances('balancerList').includes(dead))
      ? 2
      : 0,
  follows: ['retries', 'traffic', 'errors'],
  remedies: ['set_back'],
  tell: {
    headline: ({ is, says }) =>
      is('balancerList', 'empty')
        ? 'The load balancer has no backend to send to, although instances run.'
        : `The load balancer’s list of backends is out of date: ${says('balancerList') ?? 'it differs'}.`,
    because: ['running', 'balancerErrors', 'retries', 'errors'],
    component: () => 'load balancer',
    instances: ['balancerList'],
    steps: () => [
      'Look at the load balancer’s log: can it ask the process manager for its backends?',
      'Refresh its list, or restart it; more instances will not help.',
    ],
  },
})
