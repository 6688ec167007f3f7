import type { Facts } from '../facts/facts.ts'
import type { Seen } from '../signals/signal.ts'
import { SIGNAL_IDS, type SignalId, signalOf } from '../signals/signals.ts'
import type { Verdict } from './judge.ts'
import { isAbnormal, type Observations, seenOf, storyOf } from './observe.ts'
import { scoreOf } from './score.ts'

/** Something out of the ordinary that a cause gives no reason for. */
export interface LeftOver {
  signal: SignalId
  seen: Seen
}

/** Readings that say where or how much, and not that something is wrong in another way. */
const NO_TROUBLE_OF_THEIR_OWN =
  /^(errors|errorInstances|errorRoutes|logAgrees|slowInstances|logUnknown|release|recentChange|codeDiff|sight|code)$/

/** What is out of the ordinary beyond the cause and what follows from it. */
export function leftOver({ family }: Verdict, observations: Observations): LeftOver[] {
  return SIGNAL_IDS.flatMap((signal): LeftOver[] => {
    const seen = seenOf(observations, signal)
    if (!seen || seen.over || !isAbnormal(signal, seen) || NO_TROUBLE_OF_THEIR_OWN.test(signal) || isBorne(signal, seen, observations))
      return []
    const weights: Record<string, number | undefined> | undefined = family.evidence[signal]
    if ((weights?.[seen.level] ?? 0) > 0 || family.follows?.includes(signal)) return []
    return [{ signal, seen }]
  })
}

/** More customers whom the processes serve without effort; fewer answers a second where each takes long. */
function isBorne(signal: SignalId, { level }: Seen, observations: Observations): boolean {
  if (signal === 'traffic' && level === 'lower') return seenOf(observations, 'latency')?.level === 'slow'
  return signal === 'traffic' && (level === 'surge' || level === 'higher') && seenOf(observations, 'cpu')?.level === 'idle'
}

/** Levels that are somebody's own trouble wherever they are seen. */
const LOUD: { [Id in SignalId]?: readonly string[] } = {
  pool: ['starved'],
  poolWork: ['held'],
  slotHolder: ['full'],
  lockRoot: ['waits'],
  databaseReach: ['none'],
  databaseDoor: ['refused', 'silent'],
  deaths: ['again_and_again'],
  running: ['given_up', 'none'],
  targets: ['mute', 'mute_before'],
  memory: ['rising', 'plateau'],
  lag: ['high'],
  cpu: ['saturated'],
  phases: ['outbound'],
  wholeReads: ['whole', 'lost_index'],
  traffic: ['gone'],
  openFiles: ['exhausted'],
  fatalRequest: ['same_request'],
  balancerList: ['differs', 'empty'],
}

/** Whether a reading would be a cause by itself: a diagnosis that leaves it over may have missed the point. */
export const isLoud = ({ signal, seen }: LeftOver) => seen.level === 'dominant' || (LOUD[signal]?.includes(seen.level) ?? false)

/** Support that makes a second cause worth naming, from the left-over readings alone. */
const SECOND_CAUSE = 2.4

/** The cause that accounts best for what the first leaves over; undefined when nothing does well. */
export function secondCause(facts: Facts, verdicts: Verdict[], observations: Observations): Verdict | undefined {
  const [best, ...others] = verdicts
  if (!best) return undefined
  const left = leftOver(best, observations)
  const sources = new Set(left.map(({ signal }) => signalOf(signal).source))
  if (left.length === 0) return undefined
  const only = Object.fromEntries(
    SIGNAL_IDS.map((id) => [id, left.some(({ signal }) => signal === id) ? observations[id] : { kind: 'not_asked' }]),
  ) as Observations // Each id has its entry.
  const story = storyOf(facts, observations)
  const found = others.flatMap((verdict) => {
    const { family, assessment } = verdict
    const own = scoreOf(family, only, story).for.filter(({ signal }) => sources.has(signalOf(signal).source))
    const support = own.reduce((sum, { weight }) => sum + weight, 0)
    const doubt = assessment.against.reduce((sum, { weight }) => sum + weight, 0)
    return family.cause !== best.family.cause && support >= SECOND_CAUSE && doubt >= -2 && (own[0]?.weight ?? 0) >= 2
      ? [{ verdict, support }]
      : []
  })
  return found.sort((a, b) => b.support - a.support)[0]?.verdict
}
