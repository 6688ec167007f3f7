import type { Measure, PartResult } from './part.ts'
import { type Spread, spread, spreadOfRatios } from './statistics.ts'

/** A part's result as text: one table for each measure, then the limits. */
export function printResult({ part, setting, rounds, measures, limits, absent }: PartResult): string {
  const lines = [`\n${part}: ${setting}; ${counted(rounds)}, median (min to max)`]
  for (const { name, reason } of absent) lines.push(`  without ${name}: ${reason}`)
  for (const measure of measures) lines.push('', ...table(measure))
  if (limits.length > 0)
    lines.push('', '  asked of us', ...limits.map(({ name, asked, seen }) => `    ${name}: asked ${asked}, seen ${seen}`))
  return lines.join('\n')
}

/** `1.93 (1.87 to 2.04)` */
export function spreadText({ median, min, max }: Spread): string {
  return `${short(median)} (${short(min)} to ${short(max)})`
}

/** A number with three significant digits at least, none behind the point from 100 up. */
export function short(value: number): string {
  const size = Math.abs(value)
  return size >= 100 ? value.toFixed(0) : size >= 10 ? value.toFixed(1) : value.toFixed(2)
}

/** One contender's part of a measure. */
export interface Row extends Spread {
  contender: string
  values: number[]
  /** To the baseline's, round by round; missing where there is none. */
  ratio?: Spread
}

/** What is to be said about each contender. */
export function rowsOf({ values, baseline }: Measure): Row[] {
  const by = baseline === undefined ? undefined : values[baseline]
  return Object.entries(values).map(([contender, own]) => {
    const row = { contender, values: own, ...spread(own) }
    return by?.some((value) => value > 0) && contender !== baseline ? { ...row, ratio: spreadOfRatios(own, by) } : row
  })
}

/** `1 round`, `5 rounds` */
export function counted(rounds: number): string {
  return rounds === 1 ? '1 round' : `${rounds} rounds`
}

function table(measure: Measure): string[] {
  const { name, unit, baseline } = measure
  const all = rowsOf(measure)
  const lines = all.map((row) => {
    const ratio = row.ratio ? `× ${spreadText(row.ratio)}` : ''
    return `    ${row.contender.padEnd(24)}${spreadText(row).padEnd(28)}${ratio}`.trimEnd()
  })
  return [`  ${name}, ${unit}${all.some(({ ratio }) => ratio) ? `; × ${baseline}` : ''}`, ...lines]
}
