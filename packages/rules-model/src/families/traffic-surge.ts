import { defineFamily, type Story } from './family.ts'

/**
 * Requests wait for connections of their own pool since there are more of them, and neither the database nor a lock in it is what is slow: its statements are quick, or it was
 * looked into and nothing found.
 */
export const isPoolTooSmall = ({ is }: Pick<Story, 'is'>) =>
  is('traffic', 'surge') &&
  is('pool', 'full', 'full_moving') &&
  (is('poolWork', 'brisk') ||
    (is('lockRoot', 'none') && (is('wholeReads', 'indexed') || is('retries', 'few')) && !is('poolWork', 'held', 'at_work'))) &&
  !is('lockRoot', 'waits') &&
  !is('wholeReads', 'whole', 'lost_index')

/** More requests than before; each costs what it always did. */
export const trafficSurge = defineFamily({
  id: 'traffic_surge',
  cause: 'traffic_surge',
  name: 'More traffic than before',
  prior: 1,
  explains: ['cpu', 'latency', 'traffic', 'errors'],
  evidence: {
    traffic: { surge: 2.4, higher: 1, usual: -3, lower: -3, gone: -3 },
    cpuCost: { same: 1.4, up: -1.4 },
    cpu: { saturated: 1.2, busy: 1, idle: -1.8 },
    latency: { slow: 0.7, normal: -0.5 },
    retries: { many: -1, few: 0.2 },
    scaling: { fewer: -1 },
  },
  // Where each is sent several times it is not the customers who are more.
  refine: ({ is }) => (is('retries', 'many') ? -1.5 : isPoolTooSmall({ is }) ? 5 : 0),
  follows: ['errors', 'lag', 'slowRoutes', 'pool', 'logPool', 'logTimeout', 'slowInstances', 'phases', 'balancerErrors', 'cpu'],
  next: ['traffic', 'cpu', 'cpuCost', 'latency', 'retries'],
  remedies: ['scale_out'],
  tell: {
    headline: ({ service, is }) =>
      isPoolTooSmall({ is })
        ? `${service} gets more traffic than its pools of database connections can serve; ${is('poolWork', 'brisk') ? 'the database itself answers at once' : is('wholeReads', 'indexed') ? 'in the database nobody waits for a lock, and no table is read whole' : 'in the database nobody waits for a lock'}.`
        : `${service} gets more traffic than it has capacity for.`,
    because: ['traffic', 'pool', 'poolWork', 'cpu', 'cpuCost', 'latency', 'errors'],
    component: ({ service }) => `traffic (more than ${service} has capacity for)`,
    steps: () => [
      'Add instances, or limit the rate at the load balancer, until the requests are served in time again.',
      'Find out where the additional requests come from: a campaign, a retrying client, a crawler.',
    ],
  },
})
