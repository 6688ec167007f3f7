import type { Measure, PartResult } from './part.ts'
import { type Spread, spread, spreadOfRatios } from './statistics.ts'

/** A part's result as text: one table for each measure, then the limits. */
export function printResult({ part, setting, rounds, measures, limits, absent }: PartResult): string {
  const lines = [`\n${part}: ${setting} ${rounds} rounds; median (min to max).`]
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

function table({ name, unit, values, baseline }: Measure): string[] {
  const by = baseline === undefined ? undefined : values[baseline]
  const rows = Object.entries(values).map(([contender, own]) => {
    const ratio = by && contender !== baseline && by.some((value) => value > 0) ? `× ${spreadText(spreadOfRatios(own, by))}` : ''
    return `    ${contender.padEnd(24)}${spreadText(spread(own)).padEnd(28)}${ratio}`.trimEnd()
  })
  return [`  ${name}, ${unit}${by ? `; × ${baseline}` : ''}`, ...rows]
}
