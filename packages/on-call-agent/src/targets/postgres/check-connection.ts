import { LabError } from '@oncall-lab/service-kit/errors'
import { Type } from 'typebox'
import { covering } from '../../coverage.ts'
import { CheckConnectionResult } from '../../database-functions.ts'
import { defineTool } from '../../functions/tool.ts'
import type { DatabaseClient } from './client.ts'
import { chooseDatabase, databaseParameter } from './database-tool.ts'

/** `check_connection`: whether the database lets the agent in and answers, how fast, and what it says when not. Not being let in is what was found. */
export function checkConnection(databases: readonly DatabaseClient[]) {
  return defineTool({
    name: 'check_connection',
    description:
      'Connects to the database anew and asks it one thing: reachable or not, how fast, and the SQLSTATE or errno when not. The agent has reserved slots, so that it gets in where the service does not.',
    parameters: Type.Object(databaseParameter(databases), { additionalProperties: false }),
    result: CheckConnectionResult,
    async run({ database }, { incident, signal }): Promise<CheckConnectionResult> {
      const client = chooseDatabase(databases, incident, database)
      const started = performance.now()
      const took = () => Math.round(performance.now() - started)
      try {
        await client.look((look) => look.query('SELECT 1'), signal)
        return { ...covering(null), database: client.name, reachable: true, milliseconds: took() }
      } catch (error) {
        if (signal.aborted || !(error instanceof LabError)) throw error
        const found = { code: error.code, message: error.message.slice(0, 300) }
        return { ...covering(null), database: client.name, reachable: false, milliseconds: took(), error: found }
      }
    },
    summarise: ({ database, reachable, milliseconds, error }) =>
      reachable
        ? `The database ${database} answered in ${milliseconds} ms.`
        : `The database ${database} cannot be used (${error?.code}): ${error?.message}.`,
  })
}
