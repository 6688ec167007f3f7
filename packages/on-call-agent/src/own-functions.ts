// The functions by which a model tells the agent something; they look at nothing.
import { type Static, Type } from 'typebox'
import { Hypothesis } from './api.ts'

export const NoteHypothesesArgs = Type.Object(
  {
    hypotheses: Type.Array(Hypothesis, { minItems: 1, maxItems: 8, description: 'The likeliest first.' }),
    reason: Type.Optional(Type.String({ minLength: 1, maxLength: 300, description: 'Only with one cause: why no other fits.' })),
  },
  { additionalProperties: false },
)
/** `dropped` quotes stand in no result and were left out. */
export const NoteHypothesesResult = Type.Object({ noted: Type.Integer(), dropped_quotes: Type.Integer() })
export type NoteHypothesesResult = Static<typeof NoteHypothesesResult>
export function summariseHypotheses({ noted, dropped_quotes }: NoteHypothesesResult): string {
  const dropped = dropped_quotes > 0 ? ` ${dropped_quotes} quotes stand in no result and were left out.` : ''
  return `${noted} possible ${noted === 1 ? 'cause' : 'causes'} noted.${dropped}`
}

/** `next` is what is expected of the model now. */
export const SendDiagnosisResult = Type.Object({ accepted: Type.Literal(true), next: Type.Optional(Type.String()) })
