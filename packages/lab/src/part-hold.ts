import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** As long as a fault may last. */
export const MOST_HELD_SECONDS = 900

/** The file that keeps a part down while the time in it, in Unix seconds, is in the future. */
export const holdFileOf = (stateDirectory: string, part: string) => join(stateDirectory, `held-${part}`)

/** Until when a part is kept down, in Unix ms; 0 when it is not. A file that says nothing sensible holds nothing down. */
export function heldUntil(stateDirectory: string, part: string, now = Date.now()): number {
  try {
    const until = Number(readFileSync(holdFileOf(stateDirectory, part), 'utf8')) * 1_000
    return until > now && until <= now + MOST_HELD_SECONDS * 1_000 ? until : 0
  } catch {
    return 0
  }
}

/** From now on the lab does not start the part again, for so long. */
export function holdPart(stateDirectory: string, part: string, seconds: number, now = Date.now()): void {
  writeFileSync(holdFileOf(stateDirectory, part), `${Math.floor(now / 1_000) + seconds}\n`)
}

/** The lab starts the part again soon. */
export function releasePart(stateDirectory: string, part: string): void {
  rmSync(holdFileOf(stateDirectory, part), { force: true })
}
