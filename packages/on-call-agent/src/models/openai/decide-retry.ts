import { readRetryAfter } from '@oncall-lab/service-kit/failed-call'
import type { ModelFault } from '../model-error.ts'

/** A failed request as its answer describes it; no status: there was no answer. */
export interface RequestFault {
  kind: 'status' | 'timeout' | 'connection' | 'garbled' | 'refusal'
  status?: number | undefined
  /** The server's short word for it, e.g. `rate_limit_exceeded`. */
  code?: string | undefined
  retryAfter?: string | null | undefined
  /** For people. */
  message: string
}

/** What follows a failed request. */
export type RetryDecision =
  | { kind: 'retry'; afterMs: number; reason: 'busy' | 'garbled' | 'timeout' | 'connection' }
  | { kind: 'give_up'; fault: ModelFault }

/** Refusals that pass by themselves: the model wrote something that its own server could not read. */
const WRITTEN_BADLY = ['tool_use_failed', 'json_validate_failed', 'output_parse_failed', 'tool_call_parse_error']
/** Out of money, not out of breath. */
const NO_CREDIT = ['insufficient_quota', 'billing_hard_limit_reached', 'access_terminated']
const BUSY = [408, 409, 425, 429, 498, 499]
const LONGEST_MS = 8_000
/** Who asks for more is asked no more. */
const LONGEST_WISH_MS = 60_000
const TRIES = { busy: 8, connection: 5, garbled: 3, timeout: 1 }

/** Tries again what can pass, by what the fault says; the caller's signal ends it when time is over. `attempt` counts from 1. */
export function decideRetry(fault: RequestFault, attempt: number): RetryDecision {
  const { kind, status = 0, code = '' } = fault
  const backOffMs = Math.min(500 * 2 ** (attempt - 1), LONGEST_MS)
  const retry = (reason: keyof typeof TRIES, afterMs: number, otherwise: ModelFault): RetryDecision =>
    attempt < TRIES[reason] ? { kind: 'retry', afterMs, reason } : { kind: 'give_up', fault: otherwise }
  if (kind === 'refusal') return { kind: 'give_up', fault: 'model_refused' }
  // Once more would take as long: the caller decides whether the model may be asked again.
  if (kind === 'timeout') return retry('timeout', 0, 'model_timeout')
  if (kind === 'connection') return retry('connection', backOffMs, 'model_unavailable')
  if (kind === 'garbled' || WRITTEN_BADLY.includes(code)) return retry('garbled', 200, 'model_garbled')
  if (NO_CREDIT.includes(code)) return { kind: 'give_up', fault: 'model_refused' }
  const wishMs = readRetryAfter(fault.retryAfter)
  if (wishMs !== undefined && wishMs > LONGEST_WISH_MS) return { kind: 'give_up', fault: 'model_unavailable' }
  if (BUSY.includes(status) || status >= 500) return retry('busy', wishMs ?? backOffMs, 'model_unavailable')
  return { kind: 'give_up', fault: 'model_refused' }
}
