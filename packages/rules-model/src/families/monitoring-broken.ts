import { defineFamily } from './family.ts'

/** Prometheus has lost sight of parts that run. */
export const monitoringBroken = defineFamily({
  id: 'monitoring_broken',
  cause: 'monitoring_broken',
  name: 'Monitoring that does not see what runs',
  prior: 0.8,
  explains: ['monitoring', 'availability'],
  evidence: {
    scrapes: { blind: 3, one_job: -0.4, well: -2.2 },
    monitoringHealth: { rules_fail: 3, no_alertmanager: 3, stale: 2.4, scrapes_fail: 2, well: -0.4 },
    targetList: { ghost: -1, both: -1.5, missing: -1.5 },
    running: { all: 0.8, none: -1.5 },
    targets: { mute: 0.6, none_known: 0.6, all_up: -1.5 },
    balancerErrors: { none: 0.4 },
    balancerList: { matches: 0.3 },
    deaths: { none: 0.3, again_and_again: -1 },
    subject: { balancer: -0.5 },
  },
  follows: ['targets', 'traffic', 'errors'],
  tell: {
    headline: ({ is, says }) =>
      is('monitoringHealth', 'rules_fail', 'no_alertmanager', 'stale', 'scrapes_fail')
        ? `The monitoring is what is broken: ${says('monitoringHealth')}.`
        : 'Prometheus has lost sight of several parts at once, while the processes run: the monitoring is what is broken.',
    because: ['scrapes', 'running', 'balancerList'],
    component: () => 'monitoring (Prometheus)',
    steps: () => [
      'Look at Prometheus’ own targets page: what does it say for the parts that it cannot reach?',
      'Check the network and the address book between Prometheus and the parts before restarting anything.',
    ],
  },
})
