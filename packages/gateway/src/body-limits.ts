import { LabError } from '@oncall-lab/service-kit/errors'
import { holdsMoreValues, nestsTooDeep, tooDeep } from '@oncall-lab/service-kit/json-nesting'

/** The longest question has 10,000 characters; what is longer only takes time to read. */
export const BODY_BYTES = 65_536
/** A body of so many is read, checked and answered within a few milliseconds. */
const MOST_VALUES = 1_000

/** Why a body is not read: it would hold everybody else up. Asked before it is parsed. */
export function bodyProblem(text: string): LabError | undefined {
  if (nestsTooDeep(text)) return tooDeep()
  if (!holdsMoreValues(text, MOST_VALUES)) return undefined
  return new LabError(`body must be JSON of at most ${MOST_VALUES} values`, { code: 'too_many_values', status: 400, field: 'body' })
}
