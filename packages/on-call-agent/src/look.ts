import { type Static, Type } from 'typebox'

/** `POST /api/looks`: a function that `GET /api/capabilities` lists; of the target with that id where several have one of that name. */
export const LookRequest = Type.Object(
  {
    function: Type.String({ pattern: '^[a-z][a-z0-9_]{0,63}$', description: 'a function of a target' }),
    arguments: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
    /** What it is about; the shop unless given. */
    service: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
    target: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
  },
  { additionalProperties: false },
)
export type LookRequest = Static<typeof LookRequest>

/** What was seen; `result` has `error` where the function failed. */
export const LookAnswer = Type.Object({
  ok: Type.Boolean(),
  result: Type.Unknown(),
  /** What it means, in one sentence. */
  summary: Type.String(),
  duration_ms: Type.Number(),
})
export type LookAnswer = Static<typeof LookAnswer>
