/** The scrapes that the windows of our looks were made for, in seconds. */
const USUAL_SECONDS = 5
/** Scrapes that are closer together than this make no shorter windows. */
const CLOSEST_SECONDS = 1
/** A rate over fewer scrapes is often no number at all. */
const FEWEST_SCRAPES = 4

/**
 * How much shorter a window is where Prometheus scrapes more often: 1 for scrapes every five seconds or more, and where that is not known; 0.2 for every second. A look
 * sees as many scrapes then as its rules were made for, and no more of the time before the trouble.
 */
export function paceOf(scrapeSeconds: number | undefined): number {
  return scrapeSeconds === undefined ? 1 : Math.min(1, Math.max(CLOSEST_SECONDS, scrapeSeconds) / USUAL_SECONDS)
}

/** The window that holds as many scrapes as one of `seconds` usually does, and `scrapes` of them at least; whole seconds. */
export function windowOver(seconds: number, scrapeSeconds: number | undefined, scrapes = FEWEST_SCRAPES): number {
  return Math.max(Math.round(seconds * paceOf(scrapeSeconds)), Math.ceil(scrapes * Math.max(scrapeSeconds ?? 0, CLOSEST_SECONDS)))
}
