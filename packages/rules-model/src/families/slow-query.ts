import { excerpt, list, sentence } from '../wording.ts'
import { defineFamily } from './family.ts'

/** One kind of query has become slow in the database. */
export const slowQuery = defineFamily({
  id: 'slow_query',
  cause: 'slow_query',
  name: 'One query that has become slow in the database (a missing index, a changed plan)',
  prior: 1,
  explains: ['latency', 'database', 'errors'],
  evidence: {
    errorRoutes: { one: 0.6 },
    slowRoutes: { some: 2, all: -1.4, writes_only: -1.2, none: -2.2 },
    phases: { unmeasured: -2.8, database: 1.8, computing: -2.6, outbound: -2 },
    logStatement: { dominant: 1.6, some: 1.2 },
    waitingMethods: { reads_too: 0.9, writes_only: -1.2 },
    cpu: { idle: 0.7, busy: -0.6, saturated: -1 },
    slowInstances: { one: -4 },
    logLock: { dominant: -2.2, some: -1.5 },
    latency: { slow: 0.6, normal: -1 },
    databaseCode: { statement: 0.8 },
    lag: { high: -1 },
    traffic: { usual: 0.2, surge: -0.6 },
    logPool: { dominant: 0.2, some: 0.2 },
    recentChange: { fewer: -1.4 },
    wholeReads: { lost_index: 4.4, whole: 2.8, indexed: -0.5 },
    poolWork: { at_work: 1.2, held: -1.2 },
    lockRoot: { waits: -1.6 },
  },
  // Where every connection is taken by one query, or a table is read whole, all other requests wait behind it.
  refine: ({ is }) =>
    is('slowRoutes', 'all') &&
    is('pool', 'full', 'full_moving', 'starved') &&
    (is('logStatement', 'dominant', 'some') || is('wholeReads', 'whole', 'lost_index'))
      ? 1.4
      : 0,
  follows: ['pool', 'errors', 'logTimeout'],
  remedies: ['build_index'],
  next: ['slowRoutes', 'phases', 'wholeReads', 'lockRoot', 'cpu', 'latency', 'traffic', 'slowInstances', 'databaseCode'],
  tell: {
    headline: ({ routes, text }) =>
      `The query behind ${list(routes('slowRoutes', 'logStatement').slice(0, 3)) || 'some requests'} has become slow in the database${text('logStatement') ? `, and some end with "${excerpt(text('logStatement') ?? '', 120)}"` : ''}.`,
    because: ['slowRoutes', 'phases', 'cpu', 'errors'],
    further: ({ is, says, notes }) => [
      ...(is('wholeReads', 'whole', 'lost_index') ? [sentence(says('wholeReads') ?? ''), ...notes('wholeReads')] : []),
      ...(is('pool', 'full', 'full_moving', 'starved') ? [`As a consequence ${says('pool')}.`] : []),
      ...(is('slowRoutes', 'some')
        ? ['Other queries stay quick, so it is not the database as a whole; a missing index or a changed plan is the usual reason.']
        : []),
    ],
    component: () => 'database',
    routes: ['slowRoutes', 'logStatement'],
    steps: ({ routes }) => [
      `Take the query behind ${routes('slowRoutes', 'logStatement')[0] ?? 'the slow route'} and look at its plan: EXPLAIN (ANALYZE, BUFFERS); a sequential scan over a large table is the usual suspect.`,
      'Compare the indexes that are there (pg_indexes) with those that the migrations make; create a missing one with CREATE INDEX CONCURRENTLY. Run ANALYZE if the statistics are old.',
      'Look for a release, a migration or a jump in the amount of data shortly before the start.',
    ],
  },
})
