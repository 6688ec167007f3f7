/**
 * What can happen to the shop from outside. The shop's own code only goes through these doors and does not know who stands behind them:
 * they are shut (absent) while all is well. Whatever acts here must act for real (a closed connection, a later answer, spent CPU time), so that
 * the evidence is the evidence of the real thing, and must not leave its own frames or words in an error.
 */
export interface Surroundings {
  /** Awaited by each storage call when it holds its connection, before its first statement. */
  waitForStorage?: (() => Promise<void>) | undefined
  /** Sees the connection that a storage call is about to use. */
  onConnectionUse?: ((connection: Losable) => void) | undefined
  /** Gets the connection of each storage call that is over, instead of the pool. */
  onConnectionReturn?: ((connection: Returnable) => void) | undefined
  /** Awaited at the start of each shop request; `isAbandoned` says that the caller has gone. */
  waitForRequest?: ((isAbandoned: () => boolean) => Promise<void>) | undefined
  /** Gets the working memory of each request that is over, instead of the store that it is from. */
  onAreaReturn?: ((area: ReturnableArea) => void) | undefined
}

/** A connection that can be lost: whatever uses it afterwards fails. */
interface Losable {
  destroy(): void
}

/** A connection whose call is over. */
export interface Returnable {
  /** The call found or changed nothing, or failed. */
  readonly isFruitless: boolean
  /** To the pool; once. */
  giveBack(): void
}

/** A piece of working memory whose request is over. */
export interface ReturnableArea {
  readonly bytes: Buffer
  /** Once. */
  giveBack(): void
}
