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
  /** Of the unexplained, those that would be a cause by themselves. */
  loud: number
  /** How likely the next cause is beside the best, 0..1. */
  rival: number
  /** The same of the next cause of another class: whose trouble it is at all. */
  foreignRival: number
  /** Nothing but words speaks for it: no count, no process, no clock. */
  isHearsay: boolean
  /** Nothing speaks for it but what it has to explain, and that nothing else was seen. */
  isByElimination: boolean
  /** What would show that another cause brought it could not be read. */
  isHalfSeen: boolean
}

/** With one of these doubts a diagnosis is not certain, whatever the rest says; below 0.7 it does not count as confident. So many of them were right, or a little more. */
const BRAKES: [is: (grounds: Grounds) => boolean, most: number][] = [
  [({ loud }) => loud > 0, 0.66],
  [({ rival }) => rival >= 0.35, 0.69],
  [({ isHearsay }) => isHearsay, 0.69],
  [({ isByElimination }) => isByElimination, 0.69],
  [({ isHalfSeen }) => isHalfSeen, 0.69],
  [({ foreignRival }) => foreignRival >= 0.2, 0.78],
]

/** How often a diagnosis on such grounds has been right, 0..1, by the fit on the examination's scenes for tuning, and no more than its doubts allow. */
export function confidenceOf(grounds: Grounds, calibration = CALIBRATION): number {
  const p = Math.min(Math.max(grounds.probability, 1e-4), 1 - 1e-4)
  const { intercept, slope, perUnexplained, perFailed, ceiling } = calibration
  const logit = intercept + slope * Math.log(p / (1 - p)) + perUnexplained * grounds.unexplained + perFailed * grounds.failed
  const most = Math.min(ceiling, ...BRAKES.flatMap(([is, limit]) => (is(grounds) ? [limit] : [])))
  return Math.min(most, 1 / (1 + Math.exp(-logit)))
}
