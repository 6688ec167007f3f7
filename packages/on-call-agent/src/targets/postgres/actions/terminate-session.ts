import { type Action, defineAction } from '../../../actions/action.ts'
import type { DatabaseClient } from '../client.ts'
import { DATABASE_VERIFY } from './action-database.ts'
import { checkSession, endSession, SessionArguments, sessionMeant, sessionOf } from './session-action.ts'

/** `terminate_session`: one session of the database that others wait for, or whose client has taken the slots. */
export function terminateSession(databases: readonly DatabaseClient[]): Action {
  return defineAction({
    name: 'terminate_session',
    description:
      'Ends one session of the database; its open transaction is rolled back. Cures locks that an idle or forgotten transaction holds (its root, never a waiter), and slots that one outside client has taken. Never a session of the service itself.',
    parameters: SessionArguments,
    level: 'medium',
    says: ({ pid, began, database }) => `Ends session ${pid} of the database${database ? ` ${database}` : ''}, which began at ${began}.`,
    meaning: sessionMeant,
    check: (args, context) => checkSession(databases, 'terminate_session', args, context),
    before: async () => ({}),
    run: (args, context) => endSession(databases, 'terminate_session', args, context),
    async readOutcome(args, _before, context) {
      const session = await sessionOf(databases, args, context)
      return session ? { kind: 'not_done' } : { kind: 'done', output: `Session ${args.pid} is over.` }
    },
    verify: DATABASE_VERIFY,
  })
}
