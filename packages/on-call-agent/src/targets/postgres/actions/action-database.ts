import { Type } from 'typebox'
import type { ActionContext, CheckDecision } from '../../../actions/action.ts'
import type { DatabaseClient } from '../client.ts'

/** Which database an action is about. */
export const DATABASE_ARGUMENT = {
  database: Type.Optional(Type.String({ maxLength: 60, description: 'As the functions name it; needed only where there are several.' })),
}

/** Whether the shop's users are served, seen from where they ask. */
export const DATABASE_VERIFY = { slis: ['error_rate', 'latency_p95_seconds', 'instances_down'], seconds: 60 }

/** The database that is meant, among those which hold the service's data. */
export function databaseOf(
  databases: readonly DatabaseClient[],
  { database }: { database?: string },
  { incident }: Pick<ActionContext, 'incident'>,
): DatabaseClient | undefined {
  const own = databases.filter(({ services }) => services.includes(incident.service))
  return database === undefined && own.length === 1 ? own[0] : own.find(({ name }) => name === database)
}

/** The refusal where no such database is. */
export function noDatabase({ incident }: Pick<ActionContext, 'incident'>): CheckDecision {
  return { kind: 'refuse', reason: 'wrong_target', message: `No database of that name holds the data of ${incident.service}` }
}
