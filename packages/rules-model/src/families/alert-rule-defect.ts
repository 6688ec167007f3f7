import { defineFamily } from './family.ts'

/** The alert fires and nothing that it speaks of is wrong. */
export const alertRuleDefect = defineFamily({
  id: 'alert_rule_defect',
  cause: 'alert_rule_defect',
  name: 'An alert rule that is wrong',
  prior: 0.7,
  explains: ['errors', 'latency', 'cpu', 'memory', 'availability', 'database', 'traffic', 'monitoring', 'disk'],
  evidence: {
    alertState: { firing: 1.8, not_firing: -2 },
    rule: { broken: 2, no_number: 3.4, true: 0.4, false: -1 },
    ruleClaim: { contradicted: 3.2, borne_out: -4 },
    ruleDivisor: { vanished: 2, steady: -0.4 },
    errors: { none: 1.2, few: -1.5, many: -6, no_traffic: -6 },
    latency: { normal: 1, slow: -6 },
    cpu: { idle: 0.6, busy: -4.5, saturated: -6 },
    targets: { all_up: 0.6, came_back: -0.5, mute: -4.5, not_running: -6, unlisted: -4.5, down: -4.5, none_known: -4.5 },
    running: { all: 0.4, some: -4.5, none: -6, given_up: -6 },
    deaths: { none: 0.4, again_and_again: -6, once: -1.5 },
    traffic: { usual: 0.3, gone: -4.5, lower: -1.5, surge: -1 },
    memory: { flat: 0.4, rising: -4.5, plateau: -1.5, step: -1.5 },
    databaseReach: { none: -6, some: -4.5 },
    pool: { free: 0.3, starved: -6, full: -4.5, full_moving: -4.5 },
    lag: { low: 0.2, high: -4.5 },
    balancerList: { differs: -4.5, empty: -6, unreachable: -4.5 },
    scrapes: { blind: -4.5 },
    scaling: { fewer: 0.4 },
    logSilence: { quiet: 0.4 },
    retries: { many: -4.5 },
    refusals: { many: -6 },
  },
  next: ['alertState', 'rule', 'ruleDivisor', 'latency', 'cpu', 'targets', 'memory', 'traffic', 'errors', 'refusals'],
  tell: {
    headline: ({ service }) => `The alert fires, and nothing that it speaks of is wrong with ${service}: its rule is the likely fault.`,
    because: ['rule', 'ruleClaim', 'ruleDivisor', 'errors', 'latency', 'cpu', 'targets', 'scaling', 'recentChange', 'alertState'],
    component: () => 'alert rule',
    steps: () => [
      'Run the rule’s expression by hand, each part alone: look for a division by a series that has gone, a counter reset, a label that does not match.',
      'Mend the rule and give it a unit test for this case.',
    ],
  },
})
