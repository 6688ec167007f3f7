import { type Static, type TObject, type TProperties, Type } from 'typebox'
import type { Incident } from '../../api.ts'
import { defineTool, type Tool } from '../../functions/tool.ts'
import { notSeen } from '../target.ts'
import type { DatabaseClient, Look } from './client.ts'

interface DatabaseTool<P extends TProperties, R extends TObject> {
  name: string
  description: string
  /** Beside `database`. */
  parameters: P
  result: R
  look(look: Look, args: Static<TObject<P>>, name: string): Promise<Static<R>>
  summarise(result: Static<R>): string
}

/** A function on one of the configured databases; a model can name one of them, and nothing else. */
export function databaseTool<P extends TProperties, R extends TObject>(
  databases: readonly DatabaseClient[],
  tool: DatabaseTool<P, R>,
): Tool {
  const parameters = Type.Object({ ...databaseParameter(databases), ...tool.parameters }, { additionalProperties: false })
  return defineTool({
    name: tool.name,
    description: tool.description,
    parameters,
    result: tool.result,
    async run(args, { incident, signal }) {
      // Checked against `parameters` before.
      const { database, ...rest } = args as { database?: string } & Static<TObject<P>>
      const client = chooseDatabase(databases, incident, database)
      return (await client.look((look) => tool.look(look, rest as Static<TObject<P>>, client.name), signal)) as object
    },
    summarise: (result) => tool.summarise(result as Static<R>),
  })
}

/** `database`, by the names that there are. */
export function databaseParameter(databases: readonly DatabaseClient[]) {
  const names = databases.map(({ name }) => name)
  return {
    database: Type.Optional(
      Type.Enum(names, { type: 'string', description: 'Without it the one that holds the data of the service in question.' }),
    ),
  }
}

/** The database that was named, else the service's. @throws LabError `not_seen` when there is none. */
export function chooseDatabase(databases: readonly DatabaseClient[], { service }: Incident, named?: string): DatabaseClient {
  const found =
    named === undefined ? databases.find(({ services }) => services.includes(service)) : databases.find(({ name }) => name === named)
  if (!found) throw notSeen(service, `The databases are of ${databases.flatMap(({ services }) => services).join(', ') || 'no service'}`)
  return found
}

/** The columns of a row as text and numbers; what is no number is null. */
export const text = (value: unknown) => (value === null || value === undefined ? '' : String(value))
export const number = (value: unknown) => (value === null || value === undefined || !Number.isFinite(Number(value)) ? 0 : Number(value))
export const seconds = (value: unknown) => (value === null || value === undefined ? null : Math.round(Number(value) * 10) / 10)
export const time = (value: unknown) =>
  value instanceof Date ? value.toISOString() : value === null || value === undefined ? null : String(value)
