import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import type { Outcome } from './run-cause.ts'

/** An outcome as a file holds it: of the cause its name alone. */
export type KeptOutcome = Omit<Outcome, 'cause'> & { cause: { id: string } }

/** The runs of a trial, a JSON line each, so that one that was cut off goes on where it was; without a path they are in memory alone. */
export function openResults(path: string | undefined): {
  kept: KeptOutcome[]
  add(outcome: Outcome): void
  has(id: string, run: number): boolean
} {
  const text = path !== undefined && existsSync(path) ? readFileSync(path, 'utf8') : ''
  const kept = text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as KeptOutcome) // As `add` wrote it.
  return {
    kept,
    add(outcome) {
      const line = { ...outcome, cause: { id: outcome.cause.id } }
      kept.push(line)
      if (path !== undefined) appendFileSync(path, `${JSON.stringify(line)}\n`)
    },
    has: (id, run) => kept.some((each) => each.cause.id === id && each.run === run && each.void === undefined),
  }
}
