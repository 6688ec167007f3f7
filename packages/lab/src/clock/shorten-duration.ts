import { CliError } from '../cli-error.ts'
import { FASTER } from './clock.ts'

const SECONDS = { ms: 0.001, s: 1, m: 60, h: 3_600, d: 86_400 }
/** No duration that Prometheus takes has more digits. */
const PART = /(\d{1,15})(ms|s|m|h|d)/g

/** A Prometheus duration (`1m30s`) in seconds. */
export function secondsOf(duration: string): number {
  if (!/^(\d{1,15}(ms|s|m|h|d))+$/.test(duration)) throw new CliError(`${JSON.stringify(duration)} is no duration, such as 15s or 1m30s`)
  // The pattern above lets no other unit through.
  return [...duration.matchAll(PART)].reduce((total, [, count, unit]) => total + Number(count) * SECONDS[unit as keyof typeof SECONDS], 0)
}

/** The same number of scrapes on the fast clock: a fifth, and at least as long as `leastSeconds` where the usual one is. */
export function shortenDuration(duration: string, leastSeconds = 0): string {
  const usual = secondsOf(duration)
  return formatSeconds(Math.max(usual / FASTER, Math.min(usual, leastSeconds)))
}

function formatSeconds(seconds: number): string {
  return Number.isInteger(seconds) ? `${seconds}s` : `${Math.round(seconds * 1_000)}ms`
}
