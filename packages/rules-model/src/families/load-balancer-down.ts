import { defineFamily } from './family.ts'

/** The load balancer answers nobody. */
export const loadBalancerDown = defineFamily({
  id: 'load_balancer_down',
  cause: 'load_balancer_down',
  name: 'The load balancer is down',
  prior: 1,
  explains: ['availability', 'traffic', 'monitoring', 'errors'],
  evidence: {
    balancerList: { unreachable: 2.8, matches: -3.4, differs: -2, empty: -1.5 },
    subject: { balancer: 1.8, service: -0.6 },
    targets: { down: 1, unlisted: 0.8, mute: -0.5, all_up: -0.6 },
    running: { all: 0.4, none: -1 },
    errors: { no_traffic: 0.6, many: -0.8 },
    traffic: { gone: 1, usual: -2 },
    scrapes: { one_job: 0.4 },
  },
  remedies: ['start_balancer'],
  tell: {
    headline: () => 'The load balancer does not answer, and nobody reaches the shop through it.',
    because: ['balancerList', 'targets', 'running', 'traffic'],
    component: () => 'load balancer',
    steps: () => [
      'Start the load balancer again; until then nobody reaches the shop.',
      'Read its log and its standard error at the end, and the kernel’s log for a kill.',
    ],
  },
})
