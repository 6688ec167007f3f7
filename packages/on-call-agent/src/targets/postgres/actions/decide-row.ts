import type { CheckDecision, ProcessEnd } from '../../../actions/action.ts'
import { keyIn, type MovableTable, type RowState } from '../movable-rows.ts'

/** What a row may be set aside for. */
export interface RowFacts {
  table: string
  key: string
  state: RowState
  listed: readonly MovableTable[]
  /** Of the last ten minutes; undefined where nobody can tell. */
  ends: readonly ProcessEnd[] | undefined
}

const FEWEST_ENDS = 2
/** Where only one instance ended, an accident of that one has to be less likely. */
const FEWEST_ENDS_OF_ONE = 3
/** Of the processes that ended, at least this part ended by reading the row. */
const MOST_OF_THEM = 0.8

/**
 * Only a row that is there, of a listed table, and that ended nearly all processes which ended lately, on two instances or three times on one: by what each wrote of the request whose work ended it. Whoever ends
 * processes by another request and reads a row beside it does not get that row set aside.
 */
export function decideRow({ table, key, state, listed, ends }: RowFacts): CheckDecision {
  const readBy = listed.find((each) => each.table === table)?.readBy
  if (readBy === undefined) return refuse('not_listed', `Rows of ${table} are not set aside; the database lists ${names(listed)}`)
  const row = `row ${key} of ${table}`
  if (state === 'quarantined') return refuse('nothing_to_do', `The ${row} is in quarantine`)
  if (state !== 'here') return refuse('stale', `There is no ${row}`)
  if (ends === undefined) return refuse('cannot_be_checked', 'Nobody can tell which requests ended a process')
  const mine = ends.filter(({ endedBy = '' }) => endedBy.startsWith('GET ') && keyIn(endedBy.slice('GET '.length), readBy) === key)
  const instances = new Set(mine.map(({ instance }) => instance)).size
  const who = `${mine.length} of the ${ends.length} processes that ended in the last ten minutes did so while they read it`
  if (mine.length < (instances > 1 ? FEWEST_ENDS : FEWEST_ENDS_OF_ONE) || mine.length < MOST_OF_THEM * ends.length)
    return refuse('not_to_blame', `The ${row} is not to blame: ${who}`)
  return {
    kind: 'ok',
    simulation: `The ${row} moves into the quarantine of the database with all that it holds; who asks for it gets 404 until it is returned. ${who}.`,
  }
}

const names = (listed: readonly MovableTable[]) => listed.map(({ table }) => table).join(', ') || 'no table'

function refuse(reason: string, message: string): CheckDecision {
  return { kind: 'refuse', reason, message }
}
