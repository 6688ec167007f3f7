import { type Static, Type } from 'typebox'
import { CauseClass, CauseId } from './causes.ts'

export const Priority = Type.Enum(['low', 'medium', 'high', 'critical'], { type: 'string' })
export type Priority = Static<typeof Priority>

/** `send_diagnosis`: how an investigation ends. */
export const Diagnosis = Type.Object(
  {
    status: Type.Enum(['diagnosed', 'suspected', 'inconclusive', 'recovered', 'false_alarm'], {
      type: 'string',
      description:
        'diagnosed: the evidence shows the cause; suspected: it fits best; inconclusive: it cannot be told from what could be seen; recovered: it stopped meanwhile; false_alarm: nothing was wrong.',
    }),
    root_cause: Type.String({ minLength: 1, maxLength: 1_000 }),
    cause: Type.Optional(CauseId),
    class: Type.Optional(CauseClass),
    confidence: Type.Number({ minimum: 0, maximum: 1 }),
    evidence: Type.Array(
      Type.Object(
        {
          tool_call_id: Type.String(),
          quote: Type.String({ minLength: 1, maxLength: 500, description: 'Word for word out of the result of that call.' }),
        },
        { additionalProperties: false },
      ),
      { maxItems: 10 },
    ),
    priority: Priority,
    next_steps: Type.Array(Type.String({ minLength: 1, maxLength: 300 }), { minItems: 1, maxItems: 8 }),
    affected_file: Type.Optional(Type.String({ description: 'Only if the evidence names one. Relative to the root of the repository.' })),
    line_number: Type.Optional(Type.Integer({ minimum: 1 })),
    /** What is broken, e.g. `inventory`, `database`, `load-balancer`, `127.0.0.1:8001`. */
    component: Type.Optional(Type.String()),
    instances: Type.Optional(Type.Array(Type.String())),
    routes: Type.Optional(Type.Array(Type.String())),
    suggested_fix: Type.Optional(Type.String({ maxLength: 1_000 })),
    alternatives: Type.Optional(
      Type.Array(Type.String({ maxLength: 300 }), {
        maxItems: 5,
        description: 'Other causes that were considered, and what speaks against each.',
      }),
    ),
  },
  { additionalProperties: false },
)
export type Diagnosis = Static<typeof Diagnosis>
