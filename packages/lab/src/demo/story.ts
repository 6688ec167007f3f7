import { setTimeout as delay } from 'node:timers/promises'
import type { StoryLine } from './narrate.ts'
import type { Screen } from './screen.ts'

/** Tells the story line by line, each with the seconds since it began. */
export interface Story {
  tell(line: StoryLine): void
  /** A heading between two acts, once everything before it has been told. */
  act(title: string): Promise<void>
  /** What is awaited now. */
  wait(what: string): void
  /** Resolves when everything has been told. */
  told(): Promise<void>
}

const COLOURS = {
  Prometheus: 'red',
  agent: 'blue',
  model: 'magenta',
  function: 'cyan',
  phone: 'green',
  Jira: 'yellow',
  traffic: 'dim',
} as const

/** For a reader: how long a line stands before the next one comes, and each line of its details. */
const LINE_MS = 250
const DETAIL_MS = 90
const ACT_MS = 1_000

/** The clock starts now. `paced`: no faster than a person reads; the times are those at which things happened all the same. */
export function beginStory(screen: Screen, { paced }: { paced: boolean }): Story {
  const begin = Date.now()
  const indent = ' '.repeat(22)
  let last = Promise.resolve()

  const print = (at: number, { who, what, detail = [] }: StoryLine) => {
    const seconds = `${((at - begin) / 1_000).toFixed(1)} s`.padStart(8)
    const colour = who in COLOURS ? COLOURS[who as keyof typeof COLOURS] : 'bold' // Its presence was asked.
    screen.line(`${screen.paint('dim', seconds)}  ${screen.paint(colour, who.padEnd(10))}  ${what}`)
    for (const line of detail) screen.line(`${indent}${screen.paint('dim', '|')} ${line}`)
  }
  return {
    tell(line) {
      const at = Date.now()
      if (!paced) return print(at, line)
      last = last.then(() => {
        print(at, line)
        return delay(LINE_MS + DETAIL_MS * (line.detail?.length ?? 0))
      })
    },
    async act(title) {
      await last
      if (paced) await delay(ACT_MS)
      screen.line(`\n${screen.paint('bold', title)}`)
    },
    wait: (what) => screen.wait(what),
    told: () => last,
  }
}
