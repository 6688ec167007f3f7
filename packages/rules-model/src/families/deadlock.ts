import { excerpt } from '../wording.ts'
import { defineFamily } from './family.ts'

/** Transactions that wait for each other in a circle. */
export const deadlock = defineFamily({
  id: 'deadlock',
  cause: 'deadlock',
  name: 'Transactions that block each other (deadlocks)',
  prior: 0.8,
  explains: ['errors', 'database'],
  evidence: {
    logDeadlock: { dominant: 3.2, some: 2.2, uncounted: 0.4, none: -2 },
    databaseCode: { deadlock: 1.6 },
    logAgrees: { agrees: 0.9, elsewhere: -0.4 },
    errors: { many: 0.3, few: 0.3 },
    waitingMethods: { writes_only: 0.3 },
  },
  follows: ['pool', 'latency', 'logLock'],
  tell: {
    headline: ({ service, text }) =>
      `Transactions of ${service} block each other, and the database ends one of them: "${excerpt(text('logDeadlock') ?? 'deadlock detected', 160)}".`,
    because: ['errors', 'databaseCode', 'errorInstances'],
    component: () => 'database',
    instances: ['errorInstances'],
    routes: ['logDeadlock', 'errorRoutes'],
    steps: () => [
      'Read the two statements of a deadlock in the database’s own log, and let all code lock those rows in one order.',
      'Retry a transaction that was ended by a deadlock, once.',
      'Look for a new job or release that changes the same rows in another order.',
    ],
  },
})
