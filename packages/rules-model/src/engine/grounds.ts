import { CAUSE_CLASSES, type CauseId } from '@oncall-lab/on-call-agent/api'
import type { Seen, Source } from '../signals/signal.ts'
import { type SignalId, signalOf } from '../signals/signals.ts'
import type { Grounds } from './confidence.ts'
import type { Verdict } from './judge.ts'
import { isLoud, leftOver } from './left-over.ts'
import { isAbnormal, type Observations } from './observe.ts'

/** What somebody wrote. */
const WORDS: ReadonlySet<Source> = new Set<Source>(['log', 'code', 'diff', 'alert'])

/** Less does not make a source one that speaks for a cause. */
const TELLING = 0.3

/** What somebody changed, what requests fail on and how many do: behind each of the following it may show another cause. */
const WHAT_BROUGHT_IT: readonly SignalId[] = ['logSilence', 'errors', 'recentChange']
/** And whether the processes run and answer, where an end of one may be behind it. */
const AND_PROCESSES: readonly SignalId[] = [...WHAT_BROUGHT_IT, 'running', 'targets']

/** Of what another cause may be the reason (a release, a setting, a row, a lock), with what would show that one. */
const SHOWS_OTHERS: Partial<Record<CauseId, readonly SignalId[]>> = {
  application_exception: WHAT_BROUGHT_IT,
  bad_configuration: AND_PROCESSES,
  bad_instance: AND_PROCESSES,
  bad_release: AND_PROCESSES,
  crash_loop: AND_PROCESSES,
  // Whether it is the database that refuses.
  dependency_down: [...WHAT_BROUGHT_IT, 'databaseReach'],
  dependency_slow: AND_PROCESSES,
  instance_down: AND_PROCESSES,
  network_partial: WHAT_BROUGHT_IT,
}

/** A full pool has several reasons, and only the pools and what the database sees of their connections tell them apart. */
const OF_THE_POOL: ReadonlySet<CauseId> = new Set<CauseId>(['pool_leak', 'dependency_slow', 'slow_query'])
const SHOWS_POOL: readonly SignalId[] = ['pool', 'poolWork']

/** Several readings of one thing: that answers take long. */
const SLOWNESS: ReadonlySet<SignalId> = new Set<SignalId>(['latency', 'slowRoutes', 'phases'])

/** Readings of what was alerted on: every cause of it explains them. */
const THE_SYMPTOM: ReadonlySet<SignalId> = new Set<SignalId>([
  'latency',
  'slowRoutes',
  'errors',
  'errorRoutes',
  'logAgrees',
  'alertState',
  'logSilence',
])
/** What is well is what they say. */
const CALM: ReadonlySet<CauseId> = new Set<CauseId>(['nothing_wrong', 'alert_rule_defect'])

/** Whether a cause is left since the others are not seen, and by nothing of its own. */
function isByElimination({ family, assessment }: Verdict): boolean {
  if (CALM.has(family.cause)) return false
  return !assessment.for.some(({ signal, weight, seen }) => weight >= TELLING && isTelling(signal, seen))
}

const isTelling: (signal: SignalId, seen: Seen) => boolean = (signal, seen) =>
  !THE_SYMPTOM.has(signal) &&
  (isAbnormal(signal, seen) || !/^(idle|low|all|none|usual|same|free|steady|all_up|normal|quiet)$/.test(seen.level))

/** What the confidence in a verdict rests on. */
export function groundsOf(best: Verdict, others: Verdict[], observations: Observations): Grounds {
  const failed = new Set((Object.keys(best.family.evidence) as SignalId[]).filter((id) => observations[id].kind === 'failed'))
  const left = leftOver(best, observations)
  const { cause } = best.family
  const against = (fits: (cause: CauseId) => boolean) => {
    const next = Math.max(0, ...others.flatMap(({ family, probability }) => (fits(family.cause) ? [probability] : [])))
    return best.probability > 0 ? next / best.probability : 1
  }
  const isHearsay = !best.assessment.for.some(({ signal, weight }) => weight >= TELLING && !WORDS.has(signalOf(signal).source))
  return {
    probability: best.probability,
    unexplained: new Set(left.map(({ signal }) => (SLOWNESS.has(signal) ? 'slow' : signal))).size,
    failed: Math.min(failed.size, 3),
    loud: left.filter(isLoud).length,
    rival: against((other) => other !== cause),
    foreignRival: against((other) => CAUSE_CLASSES[other] !== CAUSE_CLASSES[cause]),
    isHearsay,
    isByElimination: isByElimination(best),
    isHalfSeen:
      (SHOWS_OTHERS[cause] ?? []).some((id) => observations[id].kind === 'failed') ||
      (OF_THE_POOL.has(cause) && SHOWS_POOL.some((id) => observations[id].kind === 'failed')),
  }
}
