import type { FailureReason } from '../failover.ts'
import { decideEjection, type EjectionReason, FRESH_RECORD, type OutlierRecord, probesReinstate } from './outlier.ts'
import { decideHealth, type ProbeHistory, type ProbeOutcome } from './probe-history.ts'

/** When failures take a backend out of use. */
export interface EjectionOptions {
  /** Failures in a row that eject a backend. */
  ejectAfter: number
  /** Answers with a 5xx in a row that eject it; 0: none do. */
  ejectAfter5xx?: number
}

/** What has changed in a backend's health. */
export type HealthChange =
  | { kind: 'ejected'; reason: EjectionReason; forMs: number }
  | { kind: 'on_trial' }
  | { kind: 'reinstated'; by: 'trial' | 'probes' }
  | { kind: 'probes_changed'; healthy: boolean }

const NOTHING: readonly HealthChange[] = []

/** All that is known of the health of one backend: what the active probes saw, and how its exchanges ended. Each event returns what it has changed. */
export class BackendHealth {
  readonly #options: EjectionOptions
  readonly #now: () => number
  #healthy = true
  #probes: ProbeHistory = { good: 0, bad: 0 }
  #record: OutlierRecord = { ...FRESH_RECORD }
  #answers5xx = 0

  constructor({ now, ...options }: EjectionOptions & { now: () => number }) {
    this.#options = options
    this.#now = now
  }

  /** What the active probes say. */
  get healthy(): boolean {
    return this.#healthy
  }

  get ejected(): boolean {
    return this.#record.state === 'ejected'
  }

  /** After an ejection, until its first exchange has ended. */
  get onTrial(): boolean {
    return this.#record.state === 'on_trial'
  }

  /** It gave a complete answer. */
  answered(status: number): readonly HealthChange[] {
    const record = this.#record
    if (record.failures > 0) record.failures = 0
    const reinstated = record.state === 'on_trial' ? [this.#reinstate('trial')] : NOTHING
    const { ejectAfter5xx = 0 } = this.#options
    return ejectAfter5xx > 0 ? [...reinstated, ...this.#count5xx(status, ejectAfter5xx)] : reinstated
  }

  /** It gave no complete answer. */
  failed(reason: FailureReason): readonly HealthChange[] {
    const ejected = this.#decide(reason, this.#options.ejectAfter, this.#record)
    if (ejected === NOTHING) this.#record.failures += 1
    return ejected
  }

  /** A probe has ended. A backend that comes back from being down is taken for another process: nothing is held against it. */
  probed(outcome: ProbeOutcome): readonly HealthChange[] {
    const { kind, history } = decideHealth(this.#probes, outcome)
    this.#probes = history
    if (kind === 'undecided') return NOTHING
    const healthy = kind === 'healthy'
    const changes: HealthChange[] = []
    const cameBack = healthy && !this.#healthy
    if (healthy && this.#record.state !== 'in_use' && (cameBack || probesReinstate(this.#record))) changes.push(this.#reinstate('probes'))
    if (this.#healthy !== healthy) changes.push({ kind: 'probes_changed', healthy })
    this.#healthy = healthy
    return changes
  }

  /** Lets an ejection run out. */
  sweep(now: number): readonly HealthChange[] {
    if (this.#record.state !== 'ejected' || this.#record.ejectedUntil > now) return NOTHING
    this.#record.state = 'on_trial'
    return [{ kind: 'on_trial' }]
  }

  #count5xx(status: number, after: number): readonly HealthChange[] {
    this.#answers5xx = status >= 500 ? this.#answers5xx + 1 : 0
    if (this.#answers5xx < after) return NOTHING
    this.#answers5xx = 0
    return this.#decide('answered_5xx', after, { ...this.#record, failures: after })
  }

  #decide(failure: FailureReason | 'answered_5xx', after: number, record: OutlierRecord): readonly HealthChange[] {
    const now = this.#now()
    const decision = decideEjection(record, failure, after, now)
    if (decision.kind === 'keep') return NOTHING
    const { reason, forMs, ejections } = decision
    const refused = failure === 'connect_failed'
    this.#record = { ...this.#record, state: 'ejected', failures: 0, ejections, ejectedUntil: now + forMs, refused }
    return [{ kind: 'ejected', reason, forMs }]
  }

  #reinstate(by: 'trial' | 'probes'): HealthChange {
    this.#record = { ...FRESH_RECORD, ejections: this.#record.ejections, returnedAt: this.#now() }
    return { kind: 'reinstated', by }
  }
}
