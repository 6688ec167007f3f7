import { type Static, Type } from 'typebox'
import { type Action, type ActionContext, defineAction } from '../../../actions/action.ts'
import type { DatabaseClient } from '../client.ts'
import { readMovableTables, readRowState } from '../movable-rows.ts'
import { DATABASE_ARGUMENT, DATABASE_VERIFY, databaseOf, noDatabase } from './action-database.ts'
import { decideRow } from './decide-row.ts'

const RowArguments = Type.Object(
  {
    ...DATABASE_ARGUMENT,
    table: Type.String({ pattern: '^[a-z_][a-z0-9_]{0,62}$', description: 'As find_row names it.' }),
    key: Type.String({ minLength: 1, maxLength: 200, pattern: '^[^\\u0000-\\u001f\\u007f]+$', description: 'As find_row names it.' }),
  },
  { additionalProperties: false },
)
type RowArguments = Static<typeof RowArguments>

const LONGEST_REASON = 500

/** `quarantine_row`: one row that ends each process which reads it, moved out of its table and kept whole. */
export function quarantineRow(databases: readonly DatabaseClient[]): Action {
  const stateOf = async (args: RowArguments, context: ActionContext) => {
    const read = databaseOf(databases, args, context)?.look(async (look) => {
      const listed = await readMovableTables(look)
      const isListed = listed.some(({ table }) => table === args.table)
      return { listed, state: isListed ? await readRowState(look, args) : ('absent' as const) }
    }, context.signal)
    return (await read) ?? { listed: [], state: 'absent' as const }
  }
  const deed = async (text: string, values: string[], args: RowArguments, context: ActionContext) =>
    (await databaseOf(databases, args, context)?.deed({ text, values, in: 'database' }, context.signal)) ?? 'no such database'
  return defineAction({
    name: 'quarantine_row',
    description:
      'Moves one row out of its table into the quarantine of its database, whole, from where it can be returned exactly. Cures processes that end one after the other while they read one and the same row. Only a row that find_row names, of which the exits and the log say so.',
    parameters: RowArguments,
    level: 'high',
    says: ({ table, key, database }) =>
      `Sets the row ${key} of the table ${table} aside${database ? ` in the database ${database}` : ''}; it is kept whole and can be returned.`,
    meaning: ({ table, key }) => ({ table, key }),
    async check(args, context) {
      if (!databaseOf(databases, args, context)) return noDatabase(context)
      const { listed, state } = await stateOf(args, context)
      const ends = state === 'here' ? await context.ends?.() : []
      return decideRow({ ...args, listed, state, ends })
    },
    before: async (args, context) => ({ state: (await stateOf(args, context)).state }),
    async run(args, context) {
      const { ref, diagnosis } = context.incident
      const why = `${ref}: ${diagnosis?.root_cause ?? 'no diagnosis'}`.slice(0, LONGEST_REASON).toWellFormed()
      const said = await deed('SELECT oncall.quarantine_row($1, $2, $3) AS said', [args.table, args.key, why], args, context)
      return `The row ${args.key} of ${args.table} was moved into the quarantine: ${said}.`
    },
    async readOutcome(args, _before, context) {
      const { state } = await stateOf(args, context)
      if (state === 'quarantined') return { kind: 'done', output: `The row ${args.key} of ${args.table} is in quarantine.` }
      if (state === 'here') return { kind: 'not_done' }
      throw new Error(`The row ${args.key} is neither in ${args.table} nor in quarantine`)
    },
    verify: DATABASE_VERIFY,
    async undo(args, _before, context) {
      const said = await deed('SELECT oncall.return_row($1, $2) AS said', [args.table, args.key], args, context)
      return `The row ${args.key} is back in ${args.table}: ${said}.`
    },
  })
}
