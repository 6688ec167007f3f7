import { TableStatsResult } from '@oncall-lab/on-call-agent/database-functions'
import type { Facts } from './facts.ts'

type MissingIndex = NonNullable<TableStatsResult['missing_indexes']>[number]
type TableStats = TableStatsResult['tables'][number]

/**
 * The one index that the schema declares for a table which is read whole again and again, and that nobody can use. Undefined where several are missing there, where it is being built, and where the
 * schema declares nothing: then nobody knows which it was.
 */
export function missingIndex(facts: Pick<Facts, 'result'>): MissingIndex | undefined {
  const reading = facts.result(TableStatsResult, { tool: 'get_table_stats', args: {} })
  if (reading.kind !== 'seen') return undefined
  const [worst] = readWhole(reading.value)
  const lost = worst ? (reading.value.missing_indexes ?? []).filter(({ table }) => table === worst.table) : []
  return lost.length === 1 && lost[0]?.state !== 'being_built' ? lost[0] : undefined
}

/** The tables that are read whole again and again, most rows first. */
export function readWhole({ tables }: Pick<TableStatsResult, 'tables'>): TableStats[] {
  return tables.filter(({ hint }) => hint !== null).toSorted((a, b) => b.rows_read_whole_per_second - a.rows_read_whole_per_second)
}
