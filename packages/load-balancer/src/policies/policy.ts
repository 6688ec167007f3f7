/** What a policy may know of a candidate. */
interface Candidate {
  readonly inFlight: number
}

/** Decides who gets a request. Whether it is tried again is decided elsewhere. */
export interface Policy {
  /** One of the candidates, which are never empty. */
  pick<T extends Candidate>(candidates: readonly [T, ...T[]]): T
}
