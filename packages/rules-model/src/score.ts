import type { Assessment, Finding } from './hypotheses/hypothesis.ts'

/** No reading from outside a process is certain. */
const CEILING = 0.95

/**
 * How well a cause stands, 0..0.95: support × (1 − doubt). Support is 1 − Π(1 − w) over the *sources* that speak for it, each with its strongest finding (so ten log lines
 * are one piece of evidence and agreement of independent sources is what convinces); doubt is the same over the findings against it.
 * With the weights in use an exception reaches 0.9 only where log, error rate and code agree.
 */
export function scoreOf(assessment: Assessment): number {
  return Math.min(CEILING, combined(assessment.for) * (1 - combined(assessment.against)))
}

function combined(findings: Finding[]): number {
  const strongest = new Map<string, number>()
  for (const { source, weight } of findings) strongest.set(source, Math.max(weight, strongest.get(source) ?? 0))
  return 1 - [...strongest.values()].reduce((left, weight) => left * (1 - weight), 1)
}
