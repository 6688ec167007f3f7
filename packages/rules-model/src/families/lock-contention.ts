import { excerpt, sentence } from '../wording.ts'
import { defineFamily } from './family.ts'

/** A transaction holds rows that the service wants to change; reads pass it by. */
export const lockContention = defineFamily({
  id: 'lock_contention',
  cause: 'lock_contention',
  name: 'Writes that wait for a lock which another transaction holds',
  prior: 1,
  explains: ['database', 'errors', 'latency'],
  evidence: {
    logLock: { dominant: 3, some: 1.8, none: -0.8 },
    databaseCode: { lock: 1.4, statement: 0.3 },
    waitingMethods: { writes_only: 1.8, reads_too: -1 },
    slowRoutes: { writes_only: 2, some: -0.5, all: -1, none: -0.3 },
    logStatement: { dominant: 1, some: 0.4 },
    logAgrees: { agrees: 0.6 },
    latency: { slow: 0.4 },
    phases: { database: 0.6, computing: -1.5 },
    cpu: { idle: 0.3, saturated: -1 },
    slowInstances: { one: -2 },
    errors: { many: 0.2, few: 0.3 },
    lockRoot: { waits: 2.6, none: -1.4 },
    lockQueue: { behind_one: 3 },
  },
  follows: ['pool', 'logPool', 'logTimeout', 'slowRoutes'],
  next: ['lockRoot', 'databaseCode', 'slowRoutes', 'pool', 'phases'],
  remedies: ['end_blocker'],
  // A lock on a whole table holds up its readers too, and then every route.
  refine: ({ is }) => (is('lockRoot', 'waits') ? Number(is('waitingMethods', 'reads_too')) + Number(is('slowRoutes', 'all')) : 0),
  tell: {
    headline: ({ service, text, is }) => {
      const words = text('logLock', 'logStatement')
      if (is('lockQueue', 'behind_one'))
        return `Calls of ${service} queue for a table behind a statement of ${text('lockQueue')}, which waits for it itself${words ? `; they fail with "${excerpt(words, 140)}"` : ''}.`
      return `${is('waitingMethods', 'reads_too') ? 'Calls' : 'Writes'} of ${service} wait for rows that another transaction holds locked${words ? `, until they fail with "${excerpt(words, 140)}"` : ''}.`
    },
    because: ['waitingMethods', 'slowRoutes', 'errors', 'databaseCode'],
    further: ({ is, says, notes }) => [
      ...(is('logLock', 'dominant', 'some') || is('lockRoot', 'waits')
        ? []
        : ['No reading names a lock; that only writes are concerned points at one.']),
      ...(is('pool', 'full', 'full_moving', 'starved') ? [`As a consequence ${says('pool')}.`] : []),
      ...(is('lockQueue', 'behind_one') ? [sentence(says('lockQueue') ?? ''), ...notes('lockQueue')] : []),
      ...(is('lockRoot', 'waits')
        ? [sentence(says('lockRoot') ?? ''), ...notes('lockRoot')]
        : ['Who holds the lock cannot be told from here.']),
    ],
    component: () => 'database',
    routes: ['logLock', 'logStatement', 'slowRoutes'],
    steps: ({ is, text }) => [
      ...(is('lockQueue', 'behind_one')
        ? [
            `Cancel the statement of ${text('lockQueue')} (pg_cancel_backend): the others pass at once, and it can be tried again with a short lock_timeout.`,
          ]
        : []),
      ...(is('lockRoot', 'waits') && !is('lockQueue', 'behind_one')
        ? [`Ask whoever runs ${text('lockRoot')} what it is doing, and end that session (pg_terminate_backend): the others go on at once.`]
        : []),
      'Find who holds the lock: SELECT pid, state, xact_start, application_name, pg_blocking_pids(pid), query FROM pg_stat_activity WHERE xact_start IS NOT NULL ORDER BY xact_start.',
      'End the oldest open transaction that blocks others, most often one "idle in transaction" (pg_terminate_backend); the waiting writes go on at once.',
      'Set idle_in_transaction_session_timeout for the role that left it open, so that it cannot happen again.',
    ],
  },
})
