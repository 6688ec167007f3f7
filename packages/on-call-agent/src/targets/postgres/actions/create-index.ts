import { UpstreamError } from '@oncall-lab/service-kit/errors'
import { type Static, Type } from 'typebox'
import { type Action, type ActionContext, defineAction } from '../../../actions/action.ts'
import type { DatabaseClient } from '../client.ts'
import { type DeclaredIndex, readDeclaredIndexes } from '../declared-indexes.ts'
import { DATABASE_ARGUMENT, DATABASE_VERIFY, databaseOf, noDatabase } from './action-database.ts'
import { decideIndex, statementOf } from './decide-index.ts'

const IndexArguments = Type.Object(
  {
    ...DATABASE_ARGUMENT,
    index: Type.String({ pattern: '^[a-z_][a-z0-9_]{0,62}$', description: 'As get_table_stats names it under missing_indexes.' }),
  },
  { additionalProperties: false },
)
type IndexArguments = Static<typeof IndexArguments>

/** The server gives up earlier, after 60 s for each statement. */
const BUILT_WITHIN_MS = 80_000

/** `create_index`: an index that the schema declares and that is gone, built without locking anybody out. */
export function createIndex(databases: readonly DatabaseClient[]): Action {
  const find = async (args: IndexArguments, context: ActionContext): Promise<DeclaredIndex | undefined> => {
    const declared = await databaseOf(databases, args, context)?.look(readDeclaredIndexes, context.signal)
    return declared?.find(({ index }) => index === args.index)
  }
  const deed = async (what: 'create_index' | 'drop_index', args: IndexArguments, context: ActionContext): Promise<string> => {
    const database = databaseOf(databases, args, context)
    const said = await database?.deed(
      {
        ...{ text: 'SELECT oncall_index($1, $2, $3) AS said', values: [database.database, args.index, what] },
        ...{ in: 'server', withinMs: BUILT_WITHIN_MS },
      },
      context.signal,
    )
    if (said !== 'done') throw new UpstreamError(said ?? 'No such database', { code: 'not_done', retryable: false })
    return said
  }
  return defineAction({
    name: 'create_index',
    description:
      'Builds an index (CREATE INDEX CONCURRENTLY) that the schema of the database declares and that is missing or invalid there. Cures queries that read a whole table for want of it. No other index, and no other statement.',
    parameters: IndexArguments,
    level: 'medium',
    says: ({ index, database }) =>
      `Builds the missing index ${index} of the database${database ? ` ${database}` : ''}, as its schema declares it.`,
    meaning: ({ index }) => ({ index }),
    async check(args, context) {
      return databaseOf(databases, args, context) ? decideIndex(args.index, await find(args, context)) : noDatabase(context)
    },
    before: async (args, context) => ({ state: (await find(args, context))?.state ?? null }),
    async run(args, context) {
      const found = await find(args, context)
      await deed('create_index', args, context)
      return found ? `${statementOf(found)}: done.` : 'done'
    },
    async readOutcome(args, _before, context) {
      const found = await find(args, context)
      if (found?.state === 'being_built') return { kind: 'under_way' }
      return found?.state === 'valid' ? { kind: 'done', output: `The index ${args.index} is there.` } : { kind: 'not_done' }
    },
    verify: DATABASE_VERIFY,
    async undo(args, _before, context) {
      await deed('drop_index', args, context)
      return `DROP INDEX CONCURRENTLY ${args.index}: done.`
    },
  })
}
