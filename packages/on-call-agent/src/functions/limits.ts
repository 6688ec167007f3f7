/** What bounds one investigation or one answer to a person. */
export interface Limits {
  /** Model answers. */
  steps: number
  /** Function calls of one answer; the others are answered `too_many_calls`. */
  callsPerStep: number
  /** Function calls in all. */
  calls: number
  /** The same call with the same arguments. */
  sameCall: number
  /** The whole of it, from the incident's opening; then a person is paged without the model. */
  deadlineMs: number
  /** Then a person is told what is known so far, and the investigation goes on. */
  factsAfterMs: number
  /** One model request. */
  modelAttemptMs: number
  /** One function call. */
  toolMs: number
  /** Characters of one function's result. */
  resultChars: number
  /** Characters of the transcript that a model is sent; the oldest results are folded beyond it. */
  contextChars: number
  /** Begun investigations of an incident that came to no end, e.g. because the process died; then the person is paged without the model. */
  interruptions: number
}

/** The person has the facts after 20 s whatever the model does, so a slow model may take its time. */
export const LIMITS: Limits = {
  steps: 12,
  callsPerStep: 8,
  calls: 24,
  sameCall: 2,
  deadlineMs: 120_000,
  factsAfterMs: 20_000,
  modelAttemptMs: 45_000,
  toolMs: 10_000,
  resultChars: 24_000,
  contextChars: 120_000,
  interruptions: 2,
}
