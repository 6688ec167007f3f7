import type { Family, Story } from '../families/family.ts'
import type { Seen, Source } from '../signals/signal.ts'
import { type SignalId, signalOf } from '../signals/signals.ts'
import { type Observations, seenOf } from './observe.ts'

/** One observation that speaks for or against a family. */
interface Finding {
  signal: SignalId
  weight: number
  seen: Seen
}

/** What the observations say of one family. */
export interface Assessment {
  /** Log odds against the base rates, prior included. */
  nats: number
  /** Strongest first. */
  for: Finding[]
  against: Finding[]
}

/**
 * Adds up a family's evidence. Of several signals of one source only the strongest for and the strongest against count: ten log lines are one piece of evidence,
 * and agreement of independent sources is what convinces. What was not asked, failed or was empty adds nothing.
 */
export function scoreOf(family: Family, observations: Observations, story: Story): Assessment {
  const findings = (Object.keys(family.evidence) as SignalId[]).flatMap((signal): Finding[] => {
    const seen = seenOf(observations, signal)
    const weights: Record<string, number | undefined> | undefined = family.evidence[signal]
    const weight = seen && weights?.[seen.level]
    return seen && weight !== undefined && weight !== 0 ? [{ signal, weight, seen }] : []
  })
  const support = findings.filter(({ weight }) => weight > 0).sort((a, b) => b.weight - a.weight)
  const doubt = findings.filter(({ weight }) => weight < 0).sort((a, b) => a.weight - b.weight)
  const nats = Math.log(family.prior) + strongestPerSource(support) + strongestPerSource(doubt) + (family.refine?.(story) ?? 0)
  return { nats, for: support, against: doubt }
}

function strongestPerSource(sorted: Finding[]): number {
  const counted = new Set<Source>()
  return sorted.reduce((sum, { signal, weight }) => {
    const { source } = signalOf(signal)
    if (counted.has(source)) return sum
    counted.add(source)
    return sum + weight
  }, 0)
}
