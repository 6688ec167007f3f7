import type { FailureReason } from '../failover.ts'

/** What is remembered of a backend's failures. */
export interface OutlierRecord {
  state: 'in_use' | 'ejected' | 'on_trial'
  /** Failed exchanges in a row. */
  failures: number
  /** Ejections in a row, which make each longer than the one before. */
  ejections: number
  /** By the set's clock, ms. */
  ejectedUntil: number
  returnedAt: number
  /** The last failure was a refused connection. */
  refused: boolean
}

/** Why a backend is taken out for a while; also the `reason` label of load_balancer_ejections_total. */
export const EJECTION_REASONS = ['refused', 'consecutive_failures', 'failed_trial', 'consecutive_5xx'] as const
export type EjectionReason = (typeof EJECTION_REASONS)[number]

export type EjectionDecision =
  | { kind: 'eject'; reason: EjectionReason; forMs: number; ejections: number }
  | { kind: 'keep'; reason: 'too_few' | 'already_ejected' }

export const FRESH_RECORD: Readonly<OutlierRecord> = {
  state: 'in_use',
  failures: 0,
  ejections: 0,
  ejectedUntil: 0,
  returnedAt: Number.NEGATIVE_INFINITY,
  refused: false,
}

const FIRST_EJECTION_MS = 1_000
const LONGEST_EJECTION_MS = 30_000
/** After so long without trouble the next ejection is a first one again. */
const FORGIVEN_AFTER_MS = 60_000

/**
 * Passive outlier detection, after Envoy's: so many failures in a row (`after`) eject a backend, for twice as long each time. A refused connection
 * ejects at once, because nobody listening is a fact and no sample. A backend's own 5xx count only when LB_EJECT_AFTER_5XX is set: the instance that answers 500 is alive,
 * its neighbours run the same release, and errors that a balancer hides are errors that nobody diagnoses (Envoy too keeps apart
 * `consecutive_5xx`, `consecutive_gateway_failure` and `consecutive_local_origin_failure`).
 */
export function decideEjection(
  record: OutlierRecord,
  failure: FailureReason | 'answered_5xx',
  after: number,
  now: number,
): EjectionDecision {
  if (record.state === 'ejected') return { kind: 'keep', reason: 'already_ejected' }
  const forgiven = record.state === 'in_use' && now - record.returnedAt > FORGIVEN_AFTER_MS
  const earlier = forgiven ? 0 : record.ejections
  const forMs = Math.min(FIRST_EJECTION_MS * 2 ** earlier, LONGEST_EJECTION_MS)
  const eject = (reason: EjectionReason) => ({ kind: 'eject', reason, forMs, ejections: earlier + 1 }) as const
  if (record.state === 'on_trial') return eject('failed_trial')
  if (failure === 'connect_failed') return eject('refused')
  if (record.failures + 1 < after) return { kind: 'keep', reason: 'too_few' }
  return eject(failure === 'answered_5xx' ? 'consecutive_5xx' : 'consecutive_failures')
}

/**
 * Whether good probes end an ejection before its time: they do when nobody listened, for then a probe sees what a request would. A backend that was
 * too slow or broke its answers off may well answer a probe.
 */
export function probesReinstate({ state, refused }: OutlierRecord): boolean {
  return state !== 'in_use' && refused
}
