import type { ActionVerification } from '../api.ts'
import { decideDue, describeLag, type Lags, settleSeconds } from './outcome-due.ts'
import type { Sli, SliReading } from './sli.ts'

/** A figure with what it was before the action. */
export interface Judged extends Pick<Sli, 'id' | 'limit' | 'grain' | 'says'> {
  before: SliReading
}

/** One look after the action. */
export interface Look {
  /** Since the action ran. */
  seconds: number
  /** By id of the figure. */
  values: Record<string, number | null>
  firing: string[]
}

/** What an action brought about. */
export type OutcomeDecision =
  | { kind: 'watch'; reason: 'too_early' | 'not_yet' | 'remembers' }
  | { kind: 'verified' | 'no_effect' | 'worse' | 'coincidence'; message: string; verification: ActionVerification }

/** What is judged, and for how long. */
export interface Judging extends Lags {
  judged: Judged[]
  firingBefore: string[]
  /** Oldest first. */
  looks: Look[]
}

/** Looks in a row that say the same. */
const STEADY = 2
const STEADY_WORSE = 3
/** Longer than the usual five seconds from one scrape to the next: a process that was starting when it was scraped is no harm. */
const WORSE_SECONDS = 6
/** Of a verification that is shorter yet. */
const WORSE_PART = 2 / 5
/** Figures that were bad and have been good for this part of the time are believed over an alert that remembers more than they do. */
const LASTING = 1 / 2
const LASTING_LOOKS = 4
/** A figure counts as worse when it grew by more than this part of it. */
const WORSE_FACTOR = 1.2

/**
 * Verified: what was bad is good and no alert of the incident fires, twice in a row; or, when the time is over, it has been good for long. What had recovered before the action ran is a coincidence. Where no
 * figure was ever bad, the alerts alone decide. No effect: something that had the time to end, with all that it looks back, has not (`outcome-due.ts`).
 */
export function decideOutcome({ judged, firingBefore, looks, ...lags }: Judging): OutcomeDecision {
  const { seconds } = lags
  const newest = looks.at(-1)
  if (!newest || newest.seconds < settleSeconds(seconds)) return { kind: 'watch', reason: 'too_early' }
  const bad = judged.filter(({ before, limit }) => before.now !== null && before.now > limit)
  const hadBeenBad = judged.filter(({ before, limit }) => before.worst !== null && before.worst > limit)
  const settled = looks.filter((look) => look.seconds >= settleSeconds(seconds))
  const worse = judged.filter((each) => {
    const lately = settled.slice(settled.findLastIndex((look) => !isWorse(each, look)) + 1)
    return lately.length >= STEADY_WORSE && newest.seconds - (lately[0]?.seconds ?? 0) >= Math.min(WORSE_SECONDS, seconds * WORSE_PART)
  })
  const [worst] = worse
  if (worst) return { kind: 'worse', message: `It is worse: ${change(worst, newest)}.`, verification: verificationOf(worst, newest) }
  const isGood = ({ values, firing }: Look) =>
    firing.length === 0 && bad.every(({ id, limit }) => (values[id] ?? Number.POSITIVE_INFINITY) <= limit)
  const hadRecovered = bad.length === 0 && recoveredBefore(hadBeenBad, firingBefore, newest)
  const main = bad[0] ?? (hadRecovered ? hadBeenBad[0] : undefined)
  const verification = main ? verificationOf(main, newest) : ofAlerts(firingBefore, newest)
  const words = main
    ? change(main, newest)
    : `${firingBefore.join(', ') || 'no alert'} fired before, ${newest.firing.join(', ') || 'none'} now`
  if (settled.length >= STEADY && settled.slice(-STEADY).every(isGood)) {
    if (hadRecovered) return { kind: 'coincidence', message: `It had recovered before the action ran: ${words}.`, verification }
    return { kind: 'verified', message: `${capital(words)}; no alert of the incident fires.`, verification }
  }
  if (newest.seconds < seconds) return { kind: 'watch', reason: 'not_yet' }
  // An alert looks back further than the figures do, and ends after them.
  const isBad = ({ id, limit }: Judged, { values }: Look) => (values[id] ?? Number.POSITIVE_INFINITY) > limit
  const lasting = settled.filter((look) => look.seconds > newest.seconds - seconds * LASTING)
  const still = newest.firing.map((alertname) => `${alertname} still fires, ${describeLag(lags, alertname, newest.seconds)}`).join('; ')
  if (bad.length > 0 && lasting.length >= LASTING_LOOKS && lasting.every((look) => !bad.some((each) => isBad(each, look))))
    return { kind: 'verified', message: `${capital(words)}; ${still || 'no alert of the incident fires'}.`, verification }
  const stillBad = bad.filter((each) => isBad(each, newest))
  const due = decideDue({ ...lags, bad: stillBad.map(({ before }) => before), firing: newest.firing })
  if (due === undefined || newest.seconds < due) return { kind: 'watch', reason: 'remembers' }
  return { kind: 'no_effect', message: `No effect after ${Math.round(newest.seconds)} s: ${words}${still && `; ${still}`}.`, verification }
}

/** An alert that fired when the action ran is believed over a figure that goes to and fro about its limit; what was clearly good by then, and is, had recovered. */
function recoveredBefore(hadBeenBad: Judged[], firingBefore: string[], { values }: Look): boolean {
  if (firingBefore.length === 0) return true
  return (
    hadBeenBad.length > 0 &&
    hadBeenBad.every(
      ({ id, before, limit, grain }) => (before.now ?? limit) <= Math.max(0, limit - grain) && (values[id] ?? limit) <= limit,
    )
  )
}

function isWorse({ id, limit, grain, before }: Judged, { values }: Look): boolean {
  const value = values[id]
  if (value === null || value === undefined || value <= limit) return false
  const was = before.now ?? 0
  return value > was + grain && value > was * WORSE_FACTOR
}

function change({ id, before, says }: Judged, { values }: Look): string {
  const now = values[id]
  const was = before.now === null ? 'nothing could be read' : says(before.now)
  return `${was} before, ${now === null || now === undefined ? 'nothing can be read' : says(now)} now`
}

function verificationOf({ id, before }: Judged, { values, firing, seconds }: Look): ActionVerification {
  return { sli: id, before: before.now, after: values[id] ?? null, firing, seconds: Math.round(seconds) }
}

function ofAlerts(firingBefore: string[], { firing, seconds }: Look): ActionVerification {
  return { sli: 'alerts_firing', before: firingBefore.length, after: firing.length, firing, seconds: Math.round(seconds) }
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)
