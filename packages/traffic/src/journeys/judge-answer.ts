import type { Operation } from './operation.ts'

/** `expected`: a 404 or 409 that belongs to a shop's life; it counts as ok. */
export type Verdict = 'ok' | 'expected' | 'error'

/** What an answer's status means: an item may be unknown (404) and may be sold out (409); any other answer from 400 up is an error. */
export function judgeAnswer(operation: Operation, status: number): Verdict {
  if (status < 400) return 'ok'
  if (status === 404 && operation !== 'list_items' && operation !== 'trigger_error') return 'expected'
  return status === 409 && operation === 'reserve_item' ? 'expected' : 'error'
}
