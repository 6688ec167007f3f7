/** What one probe saw. `refused`: nobody listens. */
export type ProbeOutcome = 'good' | 'bad' | 'refused'

/** Outcomes in a row; one of the two is 0. */
export interface ProbeHistory {
  good: number
  bad: number
}

export type HealthDecision = { kind: 'healthy' | 'unhealthy' | 'undecided'; history: ProbeHistory }

const RISE = 2
const FALL = 3

/**
 * What a probe's outcome says of a backend, after what was seen before: 2 good ones in a row make it healthy, 3 bad ones unhealthy, as HAProxy's
 * `rise` and `fall` do by default. A refused connection is no sample but a fact, and counts for all three.
 */
export function decideHealth(history: ProbeHistory, outcome: ProbeOutcome): HealthDecision {
  if (outcome === 'good') {
    const good = history.good + 1
    return { kind: good >= RISE ? 'healthy' : 'undecided', history: { good, bad: 0 } }
  }
  const bad = outcome === 'refused' ? FALL : history.bad + 1
  return { kind: bad >= FALL ? 'unhealthy' : 'undecided', history: { good: 0, bad } }
}
