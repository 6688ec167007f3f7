import { excerpt, list } from '../wording.ts'
import { defineFamily } from './family.ts'

/** The process takes connections out of its pool and does not give them back. */
export const poolLeak = defineFamily({
  id: 'pool_leak',
  cause: 'pool_leak',
  name: 'Database connections that are not given back to the pool (a leak)',
  prior: 1,
  explains: ['database', 'errors', 'latency'],
  evidence: {
    logPool: { dominant: 1.8, some: 0.8, none: -1 },
    databaseCode: { pool: 0.8 },
    pool: { starved: 2.2, full: 0.8, full_moving: -1.2, free: -3 },
    poolCourse: { climbed: 1, jumped: -0.4 },
    poolWork: { held: 3.2, brisk: -2, at_work: -2 },
    databaseReach: { all: 0.5, none: -2.2 },
    logStatement: { dominant: -1.6, some: -1 },
    logLock: { dominant: -1.6, some: -1 },
    logNoSlots: { dominant: -2, some: -1 },
    recentChange: { fewer: -1.4 },
    lockRoot: { waits: -2.5 },
    logAgrees: { agrees: 0.6 },
    errors: { many: 0.3 },
    slowRoutes: { all: -0.3 },
    phases: { database: -0.3 },
  },
  follows: ['latency', 'slowRoutes', 'phases', 'logTimeout', 'errorInstances', 'slowInstances', 'release', 'codeDiff', 'pool'],
  next: ['pool', 'poolCourse', 'poolWork', 'databaseReach', 'databaseCode'],
  remedies: ['roll_back', 'restart'],
  tell: {
    headline: ({ who, is }) =>
      is('pool', 'starved') || is('poolWork', 'held')
        ? `Database connections are not given back to the pool of ${who('pool')}: a leak in the code.`
        : `The pool of database connections of ${who('pool')} is used up.`,
    because: ['pool', 'poolWork', 'poolCourse', 'databaseReach', 'recentChange', 'errors'],
    further: ({ notes, spared, is, text }) => [
      ...notes('pool'),
      ...(text('logPool') ? [`Requests fail with "${excerpt(text('logPool') ?? '', 120)}".`] : []),
      ...(is('pool', 'starved') || is('poolWork', 'held')
        ? []
        : ['Whether connections leak or are held by slow calls cannot be told from here for certain.']),
      ...(spared('pool').length > 0 ? [`The pool of ${list(spared('pool'))} is not full.`] : []),
    ],
    component: ({ service }) => `${service} (database connection pool)`,
    instances: ['pool', 'errorInstances'],
    routes: ['logPool'],
    steps: ({ instances }) => [
      `Restart ${list(instances('pool')) || 'the affected instances'}, one after the other: that frees the pool at once, and the leak begins again.`,
      'Look at the code for a path that takes a client out of the pool and does not release it, error paths first (release belongs into finally).',
      'On the database, sessions of this service that are idle for long are the leaked ones: SELECT pid, state, state_change, query FROM pg_stat_activity ORDER BY state_change.',
    ],
    fix: () => 'Release each client in a finally block, or use the pool’s own query method, which gives it back on every path.',
  },
})
