import { Type } from 'typebox'

/** `record:DIR`, `replay:DIR` (model and functions), `results:DIR` (functions alone, for another model) or `fork-K:DIR` (another model from its K-th answer on). */
export const tapeSettings = {
  MODEL_TAPE: Type.Optional(
    Type.String({
      pattern: '^(record|replay|results|fork-[1-9]\\d{0,2}):.+',
      description: 'record:, replay:, results: or fork-K: and a folder, such as record:data/tapes',
    }),
  ),
  MODEL_TAPE_ASKS: Type.Optional(
    Type.String({
      pattern: '^[a-z-]+(,[a-z-]+)*$',
      description: 'targets that hold the recorded time and may be asked what is not on the tape, such as prometheus',
    }),
  ),
}
