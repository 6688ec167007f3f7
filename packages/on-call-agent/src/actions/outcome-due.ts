import type { AlertLag, SliReading } from './sli.ts'

/** How long an action is watched, and what is known of how long figures and alerts remember. */
export interface Lags {
  /** The shortest time after which an action is said to have had no effect. */
  seconds: number
  /** By the rules of the incident's alerts. */
  alertLags: readonly AlertLag[]
  /** No action is watched longer. */
  longestSeconds: number
}

/** The first part of the time is the action's own disturbance: what remembers it does so from then on. */
const SETTLE = 1 / 6
/** For an alert of which nobody says how far its rule looks back: twice the usual verification. */
const UNKNOWN_SECONDS = 120

/** The seconds in which an action may still be taking hold. */
export const settleSeconds = (seconds: number) => seconds * SETTLE

/**
 * The second from which an action had no effect, by what is bad still: the first of these that must have ended by then if its cause were gone. A figure that is bad decides over an alert; an alert has twice the
 * time at least. Undefined where nothing is bad any more.
 */
export function decideDue({ bad, firing, ...lags }: Lags & { bad: readonly SliReading[]; firing: readonly string[] }): number | undefined {
  const { seconds, longestSeconds } = lags
  const from = settleSeconds(seconds)
  const due =
    bad.length > 0
      ? bad.map(({ lagSeconds = 0 }) => Math.max(seconds, from + lagSeconds))
      : firing.map((alertname) => {
          const lag = lagOf(lags, alertname)?.seconds ?? undefined
          return Math.max(2 * seconds, lag === undefined ? UNKNOWN_SECONDS : from + lag)
        })
  return due.length === 0 ? undefined : Math.max(seconds, Math.min(longestSeconds, ...due))
}

/** When the last of what was bad before must have ended, in words for a person; empty where the usual time is enough for all of it. */
export function describeDue({ firing, ...lags }: Lags & { firing: readonly string[] }, from: Date): string {
  const [slowest] = firing.flatMap((alertname) => lagOf(lags, alertname) ?? []).toSorted((a, b) => (b.seconds ?? 0) - (a.seconds ?? 0))
  if (!slowest || slowest.looksBackSeconds === null) return ''
  const due = Math.round(decideDue({ ...lags, bad: [], firing: [slowest.alertname] }) ?? lags.seconds)
  const at = `${new Date(from.getTime() + due * 1_000).toISOString().slice(11, 19)} UTC`
  return `The rule of ${slowest.alertname} looks back ${Math.round(slowest.looksBackSeconds)} s, so it can tell at ${at} (after ${due} s) at the latest whether this helped.`
}

/** Why an alert that fires on is or is no sign, after so many seconds. */
export function describeLag(lags: Lags, alertname: string, seconds: number): string {
  const lag = lagOf(lags, alertname)
  if (!lag || lag.seconds === null || lag.looksBackSeconds === null) return 'and how far its rule looks back is not known'
  const looksBack = `looks back ${Math.round(lag.looksBackSeconds)} s`
  if (seconds >= settleSeconds(lags.seconds) + lag.seconds) return `though its rule ${looksBack} only`
  return seconds < lags.longestSeconds ? `for its rule ${looksBack}` : `but its rule ${looksBack}, and no action is watched for so long`
}

const lagOf = ({ alertLags }: Lags, name: string) => alertLags.find(({ alertname }) => alertname === name)
