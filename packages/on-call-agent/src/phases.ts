import { type Static, Type } from 'typebox'
import { CauseId } from './causes.ts'

/** The phases of the work on an incident, in order. */
export const PHASES = ['analyze', 'hypothesize', 'diagnose', 'remediate', 'verify', 'finalize'] as const
export const Phase = Type.Enum([...PHASES], { type: 'string' })
export type Phase = Static<typeof Phase>

/** A possible cause, noted before there is a diagnosis. */
export const Hypothesis = Type.Object(
  {
    cause: CauseId,
    statement: Type.String({ minLength: 1, maxLength: 300, description: 'What would be broken, and how it would lead to what is seen.' }),
    confidence: Type.Number({ minimum: 0, maximum: 1 }),
    status: Type.Enum(['open', 'supported', 'refuted'], { type: 'string' }),
    because: Type.Array(
      Type.Object(
        {
          tool_call_id: Type.String(),
          quote: Type.String({ minLength: 1, maxLength: 500, description: 'Word for word out of the result of that call.' }),
        },
        { additionalProperties: false },
      ),
      { maxItems: 6, description: 'What speaks for it, or against it when it is refuted. Empty while nothing does.' },
    ),
  },
  { additionalProperties: false },
)
export type Hypothesis = Static<typeof Hypothesis>
