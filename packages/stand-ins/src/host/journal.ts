import { MACHINE } from './places.ts'

const MOST_LINES = 500
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** What the machine's units have said, the newest lines. */
export interface Journal {
  add(unit: string, speaker: string, text: string): void
  /** The last lines of a unit, as journalctl prints them. */
  last(unit: string, lines: number): string[]
}

export function createJournal(now: () => number): Journal {
  const entries: { unit: string; line: string }[] = []
  return {
    add(unit, speaker, text) {
      for (const each of text.split('\n').filter((line) => line.trim() !== ''))
        entries.push({ unit, line: `${stamp(new Date(now()))} ${MACHINE} ${speaker}: ${each}` })
      entries.splice(0, Math.max(0, entries.length - MOST_LINES))
    },
    last: (unit, lines) =>
      entries
        .filter((entry) => entry.unit === unit)
        .slice(-lines)
        .map(({ line }) => line),
  }
}

/** `Nov 30 03:14:07`, in UTC. */
function stamp(at: Date): string {
  return `${MONTHS[at.getUTCMonth()]} ${String(at.getUTCDate()).padStart(2, '0')} ${at.toISOString().slice(11, 19)}`
}
