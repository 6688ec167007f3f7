import { list } from '../wording.ts'
import { defineFamily } from './family.ts'

/** Prometheus’ list of targets is not the list of instances that run. */
export const staleTargets = defineFamily({
  id: 'stale_targets',
  cause: 'stale_targets',
  name: 'An old list of targets in Prometheus',
  prior: 0.8,
  explains: ['availability', 'monitoring'],
  evidence: {
    targets: { unlisted: 3.2, all_up: -2.6, mute: -2.5, mute_before: -2.5, not_running: -2.5 },
    targetList: { ghost: 2.4, both: 3.4, missing: 3, matches: -2.4 },
    running: { all: 0.9, none: -2 },
    deaths: { none: 0.5, again_and_again: -1 },
    balancerList: { matches: 0.6, differs: -0.8 },
    errors: { none: 0.5, many: -1 },
    scaling: { fewer: 0.3 },
  },
  remedies: ['set_back'],
  tell: {
    headline: ({ instances, is }) =>
      is('targetList', 'missing')
        ? `Prometheus does not look at ${list(instances('targetList'))}: its list of targets is out of date.`
        : `Prometheus still looks for ${list(instances('targetList', 'targets')) || 'an instance'} that is no more: its list of targets is out of date.`,
    because: ['targetList', 'targets', 'running', 'balancerList', 'errors', 'recentChange'],
    component: () => 'process-manager (targets file)',
    instances: ['targetList', 'targets'],
    steps: () => [
      'Compare the targets file that Prometheus reads with the list of instances, and have it written anew.',
      'Nothing needs a restart: what the alert calls down does not exist any more.',
    ],
  },
})
