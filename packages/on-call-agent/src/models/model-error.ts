import { LabError } from '@oncall-lab/service-kit/errors'

/** Why a model gave no usable answer. */
export const MODEL_FAULTS = ['model_refused', 'model_unavailable', 'model_timeout', 'model_garbled', 'model_resting', 'tape_over'] as const
export type ModelFault = (typeof MODEL_FAULTS)[number]

/**
 * The model gave no usable answer. The message is one plain line for people and quotes nothing of the server's: its words may hold the key, a page
 * of HTML or orders. They stand in `cause`, for the log.
 */
export class ModelError extends LabError {
  override readonly name = 'ModelError'

  constructor(code: ModelFault, message: string, cause?: unknown) {
    super(message, { code, status: 502, cause })
  }
}
