/** Seconds after the break, to the tenth; null where something did not happen. */
export function secondsAfter(brokenAt: number, atMs: number | null | undefined): number | null {
  return atMs === null || atMs === undefined ? null : Math.round((atMs - brokenAt) / 100) / 10
}
