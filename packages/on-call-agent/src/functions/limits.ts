import { type Static, Type } from 'typebox'

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
  /** One function call. */
  toolMs: number
  /** Characters of one function's result. */
  resultChars: number
  /** Bytes of the transcript that a model is sent, as JSON, that are aimed at; results are cut to that, the oldest first, and no transcript has twice as many. */
  contextBytes: number
  /** Begun investigations of an incident that came to no end, e.g. because the process died; then the person is paged without the model. */
  interruptions: number
  /** Investigations and answers that are under way at a time; others wait, and their people get the facts meanwhile. */
  sideBySide: number
  /** Pages to one person; what is beyond is summed up. 0: no limit. */
  pagesPerHour: number
}

/** The person has the facts after 20 s whatever the model does, so a slow model may take its time. */
export const LIMITS: Limits = {
  steps: 12,
  callsPerStep: 12,
  calls: 32,
  sameCall: 2,
  deadlineMs: 120_000,
  factsAfterMs: 20_000,
  toolMs: 10_000,
  resultChars: 24_000,
  contextBytes: 12_000,
  interruptions: 2,
  sideBySide: 32,
  pagesPerHour: 10,
}

/** For the rules-model, which reads for nothing, and has no memory of what it has read. */
export const WHOLE_TRANSCRIPT: Pick<Limits, 'contextBytes'> = { contextBytes: 120_000 }

/** The limits that the environment can change; the times in seconds. */
export const limitSettings = {
  INVESTIGATION_TIMEOUT: Type.Number({ minimum: 1, maximum: 3_600, default: LIMITS.deadlineMs / 1_000 }),
  INVESTIGATION_FACTS_AFTER: Type.Number({ minimum: 1, maximum: 3_600, default: LIMITS.factsAfterMs / 1_000 }),
  INVESTIGATION_STEPS: Type.Integer({ minimum: 2, maximum: 100, default: LIMITS.steps }),
  INVESTIGATION_CALLS: Type.Integer({ minimum: 2, maximum: 1_000, default: LIMITS.calls }),
  INVESTIGATIONS_AT_ONCE: Type.Integer({ minimum: 1, maximum: 1_000, default: LIMITS.sideBySide }),
  PAGES_PER_HOUR: Type.Integer({ minimum: 0, maximum: 10_000, default: LIMITS.pagesPerHour }),
}
const Settings = Type.Object(limitSettings)

/** The limits as configured. */
export function readLimits(config: Static<typeof Settings>): Limits {
  return {
    ...LIMITS,
    deadlineMs: config.INVESTIGATION_TIMEOUT * 1_000,
    factsAfterMs: config.INVESTIGATION_FACTS_AFTER * 1_000,
    steps: config.INVESTIGATION_STEPS,
    calls: config.INVESTIGATION_CALLS,
    sideBySide: config.INVESTIGATIONS_AT_ONCE,
    pagesPerHour: config.PAGES_PER_HOUR,
  }
}
