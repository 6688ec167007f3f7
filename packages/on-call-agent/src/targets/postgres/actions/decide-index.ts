import type { CheckDecision } from '../../../actions/action.ts'
import type { DeclaredIndex } from '../declared-indexes.ts'

/** A larger table needs more time than an action has; the server's function holds the same. */
const LARGEST_BYTES = 1_073_741_824
const MEGABYTE = 1_048_576

/** Only an index that the schema declares and that is not there, or not valid; `found` is that of its name. */
export function decideIndex(index: string, found: DeclaredIndex | undefined): CheckDecision {
  if (!found) return refuse('not_declared', `The schema declares no index ${index}`)
  const { table, state, rows, sizeBytes } = found
  if (state === 'valid') return refuse('nothing_to_do', `The index ${index} is there`)
  if (state === 'being_built') return refuse('under_way', `The index ${index} is being built`)
  if (state === 'no_table') return refuse('wrong_target', `There is no table ${table}`)
  if (state === 'unlike') return refuse('wrong_target', `Something else has the name ${index}: a person has to look`)
  if (sizeBytes > LARGEST_BYTES) return refuse('too_large', `The table ${table} has more than 1 GB: a person has to build its index`)
  const first = state === 'invalid' ? `An invalid index of that name, which an earlier build left, is dropped. ` : ''
  const size = `about ${Math.round(rows)} rows (${(sizeBytes / MEGABYTE).toFixed(1)} MB)`
  return { kind: 'ok', simulation: `${first}${statementOf(found)} reads ${size}; the service reads and writes on meanwhile.` }
}

/** As the server runs it, in words for a person. */
export function statementOf({ index, table, columns }: DeclaredIndex): string {
  return `CREATE INDEX CONCURRENTLY ${index} ON ${table} (${columns.join(', ')})`
}

function refuse(reason: string, message: string): CheckDecision {
  return { kind: 'refuse', reason, message }
}
