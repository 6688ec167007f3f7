import { CAUSE_CLASSES, type CauseId, type Diagnosis, type SecondReading } from '../api.ts'
import { shorten } from '../channels/shorten.ts'

const WHY_CHARS = 220

/** Compares a diagnosis with what a second reader concluded from the same systems; undefined: it could not be asked. */
export function decideReading(first: Diagnosis, second: Diagnosis | undefined, reader: string): SecondReading {
  if (!second) return { reader, verdict: 'not_read', says: 'The second reader could not be asked.' }
  const { cause = 'unknown', confidence, root_cause } = second
  const own = { reader, cause, confidence }
  const why = shorten(root_cause, WHY_CHARS)
  const name = `${cause} (${confidence})`
  if (!isConclusion(second)) return { ...own, verdict: 'cannot_tell', says: `cannot tell: ${why}` }
  switch (compare(first, second)) {
    case 'same':
      return { ...own, verdict: 'agrees', says: `agrees: ${name}` }
    case 'other':
      return { ...own, verdict: 'disagrees', says: `disagrees: ${name}: ${why}` }
    default:
      return { ...own, verdict: 'cannot_tell', says: `cannot compare, for the diagnosis names no cause; it reads ${name}: ${why}` }
  }
}

const isConclusion = ({ status, cause = 'unknown' }: Diagnosis) => status !== 'inconclusive' && !VAGUE.includes(cause)
const VAGUE: CauseId[] = ['unknown', 'out_of_sight']

/** By the cause, else by its class, else by the place that both name. */
function compare(first: Diagnosis, second: Diagnosis): 'same' | 'other' | 'unclear' {
  const { cause: a, component, affected_file } = first
  const b = second.cause
  if (b === undefined) return 'unclear'
  if (!isConclusion({ ...first, cause: a ?? b })) return 'other'
  if (a !== undefined) return a === b || isOver(first, b) || isOver(second, a) ? 'same' : 'other'
  if (first.class !== undefined) return first.class === CAUSE_CLASSES[b] ? 'same' : 'other'
  const isSamePlace =
    (affected_file !== undefined && affected_file === second.affected_file) ||
    (component !== undefined && component.toLowerCase() === second.component?.toLowerCase())
  return isSamePlace ? 'same' : 'unclear'
}

/** Both say that it is over, one of them with what it was. */
const isOver = ({ status }: Diagnosis, cause: CauseId) => status === 'recovered' && cause === 'recovered'
