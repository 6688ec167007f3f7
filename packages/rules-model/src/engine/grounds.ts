import { CAUSE_CLASSES, type CauseId } from '@oncall-lab/on-call-agent/api'
import type { Source } from '../signals/signal.ts'
import { type SignalId, signalOf } from '../signals/signals.ts'
import type { Grounds } from './confidence.ts'
import type { Verdict } from './judge.ts'
import { isLoud, leftOver } from './left-over.ts'
import type { Observations } from './observe.ts'

/** What somebody wrote. */
const WORDS: ReadonlySet<Source> = new Set<Source>(['log', 'code', 'diff', 'alert'])

/** Less does not make a source one that speaks for a cause. */
const TELLING = 0.3

/** Of what another cause may be the reason: a release, a setting, a row, a lock. What would show that one is in the log, the counts, the diary of changes, the list of instances and what Prometheus has of them. */
const BROUGHT_BY_OTHERS: ReadonlySet<CauseId> = new Set<CauseId>([
  'application_exception',
  'bad_configuration',
  'bad_instance',
  'bad_release',
  'crash_loop',
  'dependency_down',
  'dependency_slow',
  'instance_down',
  'network_partial',
])
const SHOWS_OTHERS: readonly SignalId[] = ['logSilence', 'errors', 'recentChange', 'running', 'targets']

/** A full pool has several reasons, and only the pools and what the database sees of their connections tell them apart. */
const OF_THE_POOL: ReadonlySet<CauseId> = new Set<CauseId>(['pool_leak', 'dependency_slow', 'slow_query'])
const SHOWS_POOL: readonly SignalId[] = ['pool', 'poolWork']

/** Several readings of one thing: that answers take long. */
const SLOWNESS: ReadonlySet<SignalId> = new Set<SignalId>(['latency', 'slowRoutes', 'phases'])

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
    isHalfSeen:
      (BROUGHT_BY_OTHERS.has(cause) && SHOWS_OTHERS.some((id) => observations[id].kind === 'failed')) ||
      (OF_THE_POOL.has(cause) && SHOWS_POOL.some((id) => observations[id].kind === 'failed')),
  }
}
