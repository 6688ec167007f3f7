import { defineFamily } from './family.ts'

/** Requests do not arrive, while the service could serve them. */
export const trafficDrop = defineFamily({
  id: 'traffic_drop',
  cause: 'traffic_drop',
  name: 'Requests that do not arrive any more',
  prior: 0.8,
  explains: ['traffic', 'availability'],
  evidence: {
    traffic: { gone: 3, lower: 2, usual: -3, higher: -3, surge: -3 },
    errors: { none: 0.3, no_traffic: 0.8, many: -1.5 },
    running: { all: 0.4, none: -2.5 },
    targets: { all_up: 0.5, none_known: -1.5 },
    balancerList: { matches: 0.4, unreachable: -2, empty: -1.5, differs: -0.5 },
    // They do arrive there.
    balancerErrors: { all_errors: -5, own_errors: -1.2 },
    latency: { normal: 0.2 },
  },
  tell: {
    headline: ({ service, says }) =>
      `Requests do not arrive at ${service}, which is ready to serve them: ${says('traffic') ?? says('errors') ?? 'how many are counted could not be seen'}.`,
    because: ['running', 'targets', 'balancerList', 'errors'],
    component: () => 'the way of the requests (clients, DNS, load balancer)',
    steps: ({ service }) => [
      `Send one request to ${service} from outside, the way customers do, and see where it ends: DNS, CDN, load balancer.`,
      'Ask whether a client, a campaign or a job was stopped on purpose.',
    ],
  },
})
