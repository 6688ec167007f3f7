import { defineFamily } from './family.ts'

/** Retries make up much of the load. */
export const retryStorm = defineFamily({
  id: 'retry_storm',
  cause: 'retry_storm',
  name: 'Retries that add to the load',
  prior: 0.7,
  explains: ['availability', 'errors', 'latency', 'traffic', 'cpu'],
  evidence: {
    retries: { many: 3.2, few: -2.2 },
    // A setting that has just had requests sent again is the cause, and the retries are what it does.
    recentChange: { setting: -1.6 },
    traffic: { surge: 0.8, higher: 0.6 },
    deaths: { again_and_again: -1.8, once: -0.5, none: 0.3 },
    running: { some: -0.8, given_up: -1 },
    targets: { mute: -1, not_running: -0.8 },
    balancerList: { differs: -1.2 },
    latency: { slow: 0.4 },
    cpu: { saturated: 0.4, busy: 0.3 },
    errorInstances: { one: -1 },
  },
  follows: ['errors', 'lag', 'slowRoutes', 'pool', 'logTimeout', 'logPool', 'balancerErrors', 'phases'],
  remedies: ['set_back'],
  // A storm hurts: where all requests are answered, and quickly, there are retries and no storm.
  refine: ({ is }) =>
    (is('retries', 'many') && is('errors', 'none') && !is('latency', 'slow') ? -1.2 : 0) +
    (is('retries', 'many') && is('errors', 'many') ? 0.8 : 0),
  tell: {
    headline: ({ service }) => `Retries keep ${service} under load: many requests are tried again.`,
    because: ['retries', 'traffic', 'errors', 'latency'],
    component: () => 'load balancer or clients (retries)',
    steps: () => [
      'Cut the retries: a budget of at most a tenth of the requests, with growing pauses.',
      'Shed load at the load balancer until the queue is gone, then let requests in again step by step.',
    ],
  },
})
