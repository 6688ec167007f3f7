import { decideRestart, type RestartDecision } from '@oncall-lab/service-kit/restart-policy'

/** What becomes of an instance whose process ended by itself. */
export type ExitDecision = RestartDecision | { kind: 'give_up'; reason: string }

/** What the decision rests on. */
export interface RestartHistory {
  /** Exits since the last stable run, the present one included. */
  quickExits: number
  /** When its processes were started since it was last asked for; Unix time in ms. */
  starts: readonly number[]
  now: number
}

/** So many starts in a minute, or in a row without a stable run, and no more. */
export const MOST_STARTS = 10
const PERIOD_MS = 60_000

/**
 * Restarts with exponential back-off (`decideRestart`, Kubernetes' CrashLoopBackOff), until there were 10 starts within the last minute (Erlang/OTP's restart
 * intensity, `intensity` in `period`) or 10 in a row of which none ran stably (supervisord's `startretries`): then it is given up, `fatal`, until a person
 * starts it. The second limit ends the loops that back-off makes too slow for the first.
 */
export function decideAfterExit({ quickExits, starts, now }: RestartHistory): ExitDecision {
  const lately = starts.filter((at) => now - at < PERIOD_MS).length
  if (lately >= MOST_STARTS) return { kind: 'give_up', reason: `${lately} starts within a minute` }
  if (quickExits >= MOST_STARTS) return { kind: 'give_up', reason: `${quickExits} starts in a row that ended soon` }
  return decideRestart(quickExits)
}
