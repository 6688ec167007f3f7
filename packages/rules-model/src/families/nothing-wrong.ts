import { defineFamily } from './family.ts'

/** Everything that can be seen is as it should be. */
export const nothingWrong = defineFamily({
  id: 'nothing_wrong',
  cause: 'nothing_wrong',
  name: 'Nothing is wrong (a false alarm)',
  prior: 1,
  explains: ['errors', 'latency', 'cpu', 'memory', 'availability', 'database', 'traffic', 'monitoring', 'disk'],
  evidence: {
    alertState: { not_firing: 0.8, firing: -0.8 },
    rule: { false: 0.8, broken: -3, no_number: -3 },
    ruleClaim: { contradicted: -3, borne_out: -3 },
    errors: { none: 1.2, few: -4.5, many: -6, no_traffic: -6 },
    latency: { normal: 1.2, slow: -6, eased: -1 },
    cpu: { idle: 0.8, busy: -4.5, saturated: -6, eased: -1 },
    targets: { all_up: 0.8, came_back: -1, mute: -6, not_running: -6, unlisted: -4.5, down: -6, none_known: -4.5 },
    running: { all: 0.4, some: -6, none: -6, given_up: -6 },
    deaths: { none: 0.4, again_and_again: -6, once: -4.5 },
    traffic: { usual: 0.3, gone: -6, lower: -4.5, surge: -1.5 },
    memory: { flat: 0.5, rising: -6, plateau: -4.5, step: -4.5, fallen: -1 },
    databaseReach: { none: -6, some: -4.5, back: -1 },
    pool: { free: 0.3, starved: -6, full: -4.5, full_moving: -4.5 },
    lag: { low: 0.2, high: -4.5 },
    balancerList: { differs: -4.5, empty: -6.5, unreachable: -4.5 },
    scrapes: { blind: -6 },
    scaling: { fewer: -0.8 },
    logSilence: { quiet: 0.8, speaks: -0.5, silent: -6 },
    retries: { many: -4.5 },
    refusals: { many: -6 },
    slowInstances: { one: -1.5 },
    errorHistory: { none: 0.2, going_on: -1 },
  },
  next: ['latency', 'cpu', 'targets', 'memory', 'traffic', 'alertState', 'running', 'errors', 'errorHistory', 'refusals'],
  tell: {
    headline: ({ service }) => `Nothing that can be seen is wrong with ${service}; the alert has no counterpart in what was read.`,
    because: ['errors', 'latency', 'cpu', 'targets', 'memory', 'logSilence'],
    component: ({ service }) => service,
    steps: () => [
      'Check the rule of the alert: its threshold, its window and how long it must hold.',
      'Watch the next 15 minutes; if the alert comes back, look at that moment.',
    ],
  },
})
