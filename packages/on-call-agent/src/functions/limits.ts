/** What bounds one investigation or one answer to a person. */
export interface Limits {
  /** Model answers. */
  steps: number
  /** The whole of it; then a person is paged without the model. */
  deadlineMs: number
  /** One model request; the client tries a failed one once more. */
  modelAttemptMs: number
  /** One function call. */
  toolMs: number
  /** Characters of one function's result. */
  resultChars: number
}

/** A person must have a page within 90 s of the webhook, whatever the model does: 70 s here leave 20 s for the page itself. */
export const LIMITS: Limits = { steps: 12, deadlineMs: 70_000, modelAttemptMs: 25_000, toolMs: 10_000, resultChars: 24_000 }
