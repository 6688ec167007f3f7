import { type Static, Type } from 'typebox'
import type { ActionContext, CheckDecision } from '../../../actions/action.ts'
import type { DatabaseClient } from '../client.ts'
import { number } from '../database-tool.ts'
import { DATABASE_ARGUMENT, databaseOf, noDatabase } from './action-database.ts'
import { decideSession } from './decide-session.ts'
import { readSession, type SessionState } from './session-state.ts'

/** Which session: by its pid and its beginning, as the functions give both. */
export const SessionArguments = Type.Object(
  {
    ...DATABASE_ARGUMENT,
    pid: Type.Integer({ minimum: 1, maximum: 4_194_304 }),
    began: Type.String({
      pattern: '^\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d(\\.\\d{1,6})?[+-]\\d\\d(:\\d\\d)?$',
      description: 'As get_lock_info and get_connection_stats give it.',
    }),
  },
  { additionalProperties: false },
)
export type SessionArguments = Static<typeof SessionArguments>

/** A session is the one of this pid and beginning, whether its database is named or not. */
export const sessionMeant = ({ pid, began }: SessionArguments) => ({ pid, began })

/** Reads the session. @throws UpstreamError */
export async function sessionOf(
  databases: readonly DatabaseClient[],
  args: SessionArguments,
  context: ActionContext,
): Promise<SessionState | undefined> {
  return databaseOf(databases, args, context)?.look((look) => readSession(look, args), context.signal)
}

/** The limits of both actions, read from the server. */
export async function checkSession(
  databases: readonly DatabaseClient[],
  deed: 'terminate_session' | 'cancel_query',
  args: SessionArguments,
  context: ActionContext,
): Promise<CheckDecision> {
  const database = databaseOf(databases, args, context)
  if (!database) return noDatabase(context)
  return database.look(async (look) => {
    const [row] = await look.query("SELECT current_setting('max_connections')::int AS slots")
    const session = await readSession(look, args)
    return decideSession({ deed, session, services: database.services, slots: number(row?.slots) })
  }, context.signal)
}

/** Asks the server, whose function decides once more. */
export async function endSession(
  databases: readonly DatabaseClient[],
  deed: 'terminate_session' | 'cancel_query',
  args: SessionArguments,
  context: ActionContext,
): Promise<string> {
  const call = { text: 'SELECT oncall_end($1, $2, $3) AS said', values: [args.pid, args.began, deed], in: 'server' as const }
  const said = await databaseOf(databases, args, context)?.deed(call, context.signal)
  return `oncall_end(${args.pid}, ${deed}): ${said ?? 'no such database'}.`
}
