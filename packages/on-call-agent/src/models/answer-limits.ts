/** What is kept of one answer of a model: everything beyond is cut before anything else looks at it. */
export const ANSWER_LIMITS = {
  bytes: 1_048_576,
  calls: 32,
  nameChars: 64,
  /** A diagnosis of the greatest length has about 16,000. */
  argumentChars: 32_768,
  contentChars: 16_000,
  /** Read for calls that a model wrote as text. */
  textChars: 262_144,
}
