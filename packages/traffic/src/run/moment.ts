import type { Tally } from '../engine/tally.ts'
import type { Figures } from '../output/figures.ts'

/** A run at one moment of its clock. */
export interface Moment {
  /** Seconds since the start. */
  elapsed: number
  /** Since the last moment: what happened, how many seconds that was, and its figures. */
  tally: Tally
  seconds: number
  recent: Figures
  /** Since the last rolling line, where one is due. */
  rolling: Figures | undefined
  total: { sent: number; shed: number; errors: number }
  inFlight: number
}
