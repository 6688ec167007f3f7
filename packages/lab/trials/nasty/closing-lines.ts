import type { Tally } from './attack.ts'
import type { Findings } from './findings.ts'
import type { ForeignTally } from './foreign-pages.ts'
import type { Watched } from './part-watch.ts'

/** All that was seen of one process. */
export interface PartReport {
  name: string
  tally: Tally
  watched: Watched
  /** By one request that was sent alone. */
  heldAloneMs: number
}

const whole = (figure: number) => Math.round(figure).toLocaleString('en')

/** One line for a process: what it answered, how long its loop stood still, what it kept. */
export function describePart({ name, tally: { sent, statuses }, watched, heldAloneMs }: PartReport): string {
  const { first, last, mostMb, mostHeldMs } = watched
  const kinds = Object.entries(statuses).toSorted(([a], [b]) => a.localeCompare(b))
  return [
    `${name}: ${whole(sent)} requests (${kinds.map(([status, count]) => `${status}: ${count}`).join(', ')})`,
    `event loop held at most ${whole(mostHeldMs)} ms by ten at once, ${whole(heldAloneMs)} ms by one alone`,
    `${whole(first.residentMb)} MB before, ${whole(mostMb)} at most, ${whole(last.residentMb)} after`,
    isSame(watched) ? 'the same process' : 'STARTED ANEW',
  ].join('; ')
}

/** One line for what pages of other sites tried at a listener. */
export function describeForeign(name: string, { routes, tried, refused }: ForeignTally): string {
  const counts = Object.entries(refused)
  const all = counts.reduce((sum, [, count]) => sum + count, 0)
  const by = counts.map(([status, count]) => `${status}: ${count}`).join(', ')
  return `pages of other sites at ${name}: ${routes.size} routes that change something, ${all} of ${tried} requests refused (${by})`
}

/** The last line; `unwell`: processes that ended, kept memory, or gave no answer about themselves. */
export function describeEnd(sent: number, findings: Findings, unwell: readonly string[]): string {
  const faults = [...(findings.count > 0 ? [`${findings.count} kinds found:\n${findings}`] : []), ...unwell]
  return `${whole(sent)} requests sent; ${faults.length === 0 ? 'nothing found' : faults.join('\n')}`
}

export const isSame = ({ first, last }: Watched) => first.startedAt === last.startedAt
