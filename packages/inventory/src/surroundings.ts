/**
 * What can happen to the shop from outside. The shop's own code only goes through these three doors and does not know who stands behind them:
 * they are shut (absent) while all is well. Whatever acts here must act for real (a closed connection, a later answer, spent CPU time), so that
 * the evidence is the evidence of the real thing, and must not leave its own frames or words in an error.
 */
export interface Surroundings {
  /** Awaited before each storage call. */
  waitForStorage?: (() => Promise<void>) | undefined
  /** Sees the connection that a storage call is about to use. */
  onConnectionUse?: ((connection: Losable) => void) | undefined
  /** Awaited at the start of each shop request; `isAbandoned` says that the caller has gone. */
  waitForRequest?: ((isAbandoned: () => boolean) => Promise<void>) | undefined
}

/** A connection that can be lost: whatever uses it afterwards fails. */
interface Losable {
  close(): void
}
