import { defineFamily } from './family.ts'

/** Fewer instances than before carry the same load. */
export const capacityReduced = defineFamily({
  id: 'capacity_reduced',
  cause: 'capacity_reduced',
  name: 'Fewer instances than before',
  prior: 0.8,
  explains: ['latency', 'cpu', 'errors', 'availability', 'database'],
  evidence: {
    scaling: { fewer: 3.4, same: -2.2, more: -3 },
    recentChange: { fewer: 4, fewer_before: 2.2, none: -0.5 },
    // Connections may run short before the CPU does.
    cpu: { saturated: 0.8, busy: 0.6, idle: -0.6 },
    pool: { full: 0.7, full_moving: 0.7, free: -0.2 },
    latency: { slow: 0.6, normal: -2 },
    traffic: { usual: 0.4, surge: -1 },
    cpuCost: { same: 0.3 },
    running: { all: 0.2 },
  },
  follows: [
    'traffic',
    'errors',
    'lag',
    'retries',
    'balancerErrors',
    'targets',
    'slowRoutes',
    'pool',
    'phases',
    'slowInstances',
    'logPool',
    'logTimeout',
    'databaseCode',
  ],
  remedies: ['scale_back', 'scale_out'],
  // Those that are left have a pool each, and no more connections than before.
  refine: ({ is }) => (is('recentChange', 'fewer', 'fewer_before') && is('pool', 'full', 'full_moving') ? 0.8 : 0),
  tell: {
    headline: ({ service, says }) => `${service} has fewer instances than before: ${says('scaling') ?? 'it was scaled down'}.`,
    because: ['recentChange', 'cpu', 'latency', 'traffic', 'errors'],
    component: () => 'process-manager (replicas)',
    instances: ['cpu'],
    steps: () => ['Scale back to the number of instances before.', 'Find out who or what scaled down, and whether on purpose.'],
  },
})
