import { Type } from 'typebox'
import { Nullable } from './nullable.ts'

/** What every newer result says of itself: how far it reaches, and what of it is missing. A failed call has `error` instead. */
export const COVERAGE = {
  ok: Type.Literal(true),
  /** How far back it looks; null: the present state. */
  window_seconds: Nullable(Type.Number()),
  /** False when some of it could not be read; `errors` says what. */
  complete: Type.Boolean(),
  /** Rows that were left out for the length. */
  truncated: Type.Integer(),
  errors: Type.Array(Type.String()),
}

/** The coverage of a result that could read all that it looks at. */
export function covering(windowSeconds: number | null, truncated = 0, errors: string[] = []) {
  return { ok: true as const, window_seconds: windowSeconds, complete: errors.length === 0, truncated, errors }
}
