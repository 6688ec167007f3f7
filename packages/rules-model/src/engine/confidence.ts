import { readFileSync } from 'node:fs'

/** The fit that turns a probability into a confidence; `pnpm --filter @oncall-lab/rules-model run calibrate` makes it. */
export interface Calibration {
  intercept: number
  slope: number
  /** For each thing out of the ordinary that the cause does not explain. */
  perUnexplained: number
  /** For each reading that the cause needs and that failed. */
  perFailed: number
  /** No reading from outside a process is certain. */
  ceiling: number
}

const CALIBRATION = JSON.parse(readFileSync(new URL('./calibration.json', import.meta.url), 'utf8')) as Calibration // Written by the fit.

/** What a confidence rests on. */
export interface Grounds {
  probability: number
  unexplained: number
  failed: number
}

/** How often a diagnosis on such grounds has been right, 0..1, by the fit on the examination's scenes for tuning. */
export function confidenceOf({ probability, unexplained, failed }: Grounds, calibration = CALIBRATION): number {
  const p = Math.min(Math.max(probability, 1e-4), 1 - 1e-4)
  const { intercept, slope, perUnexplained, perFailed, ceiling } = calibration
  const logit = intercept + slope * Math.log(p / (1 - p)) + perUnexplained * unexplained + perFailed * failed
  return Math.min(ceiling, 1 / (1 + Math.exp(-logit)))
}
