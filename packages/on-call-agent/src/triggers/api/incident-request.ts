import { type Static, Type } from 'typebox'

const word = (maxLength: number) =>
  Type.String({ minLength: 1, maxLength, pattern: '^[^\\p{C}]*[^\\p{C}\\s][^\\p{C}]*$', description: 'one line of text' })

/** `POST /api/incidents`: `source` and `external_id` together name it at its sender; `target` is what of the service it is about. */
export const IncidentRequest = Type.Object(
  {
    source: word(100),
    external_id: word(200),
    title: word(200),
    description: Type.String({ maxLength: 10_000 }),
    severity: word(50),
    service: Type.Optional(word(200)),
    target: Type.Optional(word(200)),
    labels: Type.Optional(Type.Record(Type.String(), Type.String({ maxLength: 1_000 }), { maxProperties: 50 })),
  },
  { additionalProperties: false },
)
export type IncidentRequest = Static<typeof IncidentRequest>
