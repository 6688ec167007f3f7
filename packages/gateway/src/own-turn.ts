let last = Promise.resolve()

/**
 * A turn of the event loop of its own: bodies that came at once are read one after the other, and everything else that waits has its turn between two of them. A body takes a few milliseconds at most
 * (body-limits.ts), ten of them in one turn would hold all others up for ten times as long.
 */
export function ownTurn(): Promise<void> {
  last = last.then(() => new Promise((resolve) => setImmediate(resolve)))
  return last
}
