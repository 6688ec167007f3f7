import { Type } from 'typebox'

/** `record:DIR`, `replay:DIR` (model and functions) or `results:DIR` (functions alone, for another model). */
export const tapeSettings = {
  MODEL_TAPE: Type.Optional(
    Type.String({
      pattern: '^(record|replay|results):.+',
      description: 'record:, replay: or results: and a folder, such as record:data/tapes',
    }),
  ),
}
