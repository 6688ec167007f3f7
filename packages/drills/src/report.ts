import { CauseId, Diagnosis } from '@oncall-lab/on-call-agent/api'
import { type Static, Type } from 'typebox'

/**
 * What an agent answers, however it is built: `POST <report address>` of an agent beside the lab's own takes this. Only what it states is judged; `cause` and
 * `component` in the grader's words (docs/drills.md).
 */
export const Report = Type.Object(
  {
    status: Diagnosis.properties.status,
    cause: CauseId,
    component: Type.String({ maxLength: 200 }),
    confidence: Type.Number({ minimum: 0, maximum: 1 }),
    /** In words. */
    root_cause: Type.String({ minLength: 1, maxLength: 4_000 }),
    /** `127.0.0.1:8001`. */
    instances: Type.Optional(Type.Array(Type.String(), { maxItems: 20 })),
    affected_file: Type.Optional(Type.String()),
    line_number: Type.Optional(Type.Integer()),
    next_steps: Type.Optional(Type.Array(Type.String(), { maxItems: 20 })),
    /** What it rests on: a PromQL query with the value that it gave, or a quote out of the result of a function. */
    evidence: Type.Array(
      Type.Object(
        {
          query: Type.Optional(Type.String()),
          /** RFC 3339; the time of the report when it is missing. */
          at: Type.Optional(Type.String()),
          value: Type.Optional(Type.Number()),
          tool_call_id: Type.Optional(Type.String()),
          quote: Type.Optional(Type.String()),
        },
        { additionalProperties: false },
      ),
      { maxItems: 20 },
    ),
    /** Other causes that were considered, with the weight of each; the first three count. */
    hypotheses: Type.Optional(Type.Array(Type.Object({ cause: CauseId, confidence: Type.Number() }), { maxItems: 20 })),
  },
  { additionalProperties: false },
)
export type Report = Static<typeof Report>
