import { type Action, defineAction } from '../../../actions/action.ts'
import type { DatabaseClient } from '../client.ts'
import { DATABASE_VERIFY } from './action-database.ts'
import { checkSession, endSession, SessionArguments, sessionMeant, sessionOf } from './session-action.ts'

/** `cancel_query`: the statement of one session that others wait for; the session stays. */
export function cancelQuery(databases: readonly DatabaseClient[]): Action {
  return defineAction({
    name: 'cancel_query',
    description:
      'Cancels the statement that one session of the database runs, and leaves the session. Cures a migration or another statement behind which everybody queues. Never a statement of the service itself.',
    parameters: SessionArguments,
    level: 'medium',
    says: ({ pid, database }) =>
      `Cancels the statement of session ${pid} of the database${database ? ` ${database}` : ''}; the session stays.`,
    meaning: sessionMeant,
    check: (args, context) => checkSession(databases, 'cancel_query', args, context),
    async before(args, context) {
      return { statement_began: (await sessionOf(databases, args, context))?.statementBegan ?? null }
    },
    run: (args, context) => endSession(databases, 'cancel_query', args, context),
    async readOutcome(args, { statement_began }, context) {
      const session = await sessionOf(databases, args, context)
      const runsOn = session?.state === 'active' && session.statementBegan === statement_began
      return runsOn ? { kind: 'not_done' } : { kind: 'done', output: `The statement of session ${args.pid} is over.` }
    },
    verify: DATABASE_VERIFY,
  })
}
