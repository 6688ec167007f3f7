import { list } from '../wording.ts'
import { defineFamily } from './family.ts'

/** Single pieces of work hold the event loop for long, and all other requests wait. */
export const eventLoopBlocked = defineFamily({
  id: 'event_loop_blocked',
  cause: 'event_loop_blocked',
  name: 'Long synchronous work that blocks the event loop',
  prior: 0.9,
  explains: ['latency', 'cpu', 'availability'],
  evidence: {
    lag: { high: 2.4, raised: 0.5, low: -2.6 },
    lagShape: { stalls: 1.6, steady: -0.8 },
    cpu: { saturated: -1.8, busy: 0.3, idle: 0.1 },
    phases: { computing: 1.3, database: -1.6, outbound: -1.6 },
    latency: { slow: 0.8, normal: -2 },
    traffic: { usual: 0.4, surge: -0.6 },
    recentChange: { fewer: -1.4 },
    cpuCost: { up: 0.5 },
    targets: { flapping: 0.4, mute: 0.4 },
  },
  follows: ['slowRoutes', 'errors', 'slowInstances', 'logTimeout', 'errorInstances'],
  next: ['lag', 'lagShape', 'cpu', 'latency', 'phases', 'traffic'],
  remedies: ['roll_back', 'restart'],
  tell: {
    headline: ({ service, instances }) =>
      `Long synchronous work blocks the event loop of ${list(instances('lag')) || service}, and all other requests wait behind it.`,
    because: ['lag', 'lagShape', 'cpu', 'latency', 'phases', 'traffic'],
    further: () => ['Which code does it cannot be told without a profile.'],
    component: ({ service }) => `${service} (event loop)`,
    instances: ['lag'],
    routes: [],
    steps: ({ instances }) => [
      `Take a CPU profile of ${instances('lag')[0] ?? 'one instance'} for 10 s and look for one long frame.`,
      'Look for large JSON, regular expressions, synchronous file or crypto calls in what was released last; roll it back.',
      'Move the work to a worker, or cut it into pieces.',
    ],
  },
})
