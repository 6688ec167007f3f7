import { covering } from '../../coverage.ts'
import { FindRowArgs, FindRowResult } from '../../database-functions.ts'
import type { DatabaseClient } from './client.ts'
import { databaseTool } from './database-tool.ts'
import { keyIn, readMovableTables, readRowState } from './movable-rows.ts'

/** `find_row`: which row a request reads, and whether it is there. */
export function findRow(databases: readonly DatabaseClient[]) {
  return databaseTool(databases, {
    name: 'find_row',
    description:
      'Which row of the database a request for a path reads, by the tables whose rows may be set aside: its table, its key, and whether it is there, in quarantine or absent. Worth asking when processes end while they serve one and the same path.',
    parameters: FindRowArgs,
    result: FindRowResult,
    async look(look, { path }, database) {
      const rows: FindRowResult['rows'] = []
      for (const { table, readBy } of await readMovableTables(look)) {
        const key = keyIn(path, readBy)
        if (key !== undefined) rows.push({ table, key, state: await readRowState(look, { table, key }) })
      }
      return { ...covering(null), database, path, rows }
    },
    summarise: ({ path, rows: [row] }) =>
      row
        ? `GET ${path} reads the row ${row.key} of ${row.table}: ${row.state.replace('_', ' ')}.`
        : `No table is listed whose row GET ${path} reads.`,
  })
}
