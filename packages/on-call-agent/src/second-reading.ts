import { type Static, Type } from 'typebox'
import { CauseId } from './causes.ts'

/** What the rules-model, which read the evidence of a language model's diagnosis for itself, makes of it. */
export const SecondReading = Type.Object({
  reader: Type.String(),
  /** `not_read`: it could not be asked. */
  verdict: Type.Enum(['agrees', 'disagrees', 'cannot_tell', 'not_read'], { type: 'string' }),
  /** One sentence for a person, e.g. `disagrees: lock_contention (0.93): …`. */
  says: Type.String(),
  /** What it concluded itself. */
  cause: Type.Optional(CauseId),
  confidence: Type.Optional(Type.Number()),
})
export type SecondReading = Static<typeof SecondReading>
