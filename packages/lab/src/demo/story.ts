import type { StoryLine } from './narrate.ts'
import type { Screen } from './screen.ts'

/** Tells the story line by line, each with the seconds since it began. */
export interface Story {
  tell(line: StoryLine): void
  /** A heading between two acts. */
  act(title: string): void
  /** What is awaited now. */
  wait(what: string): void
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

/** The clock starts now. */
export function beginStory(screen: Screen): Story {
  const begin = Date.now()
  const indent = ' '.repeat(22)
  return {
    tell({ who, what, detail = [] }) {
      const seconds = `${((Date.now() - begin) / 1_000).toFixed(1)} s`.padStart(8)
      const colour = who in COLOURS ? COLOURS[who as keyof typeof COLOURS] : 'bold' // Its presence was asked.
      screen.line(`${screen.paint('dim', seconds)}  ${screen.paint(colour, who.padEnd(10))}  ${what}`)
      for (const line of detail) screen.line(`${indent}${screen.paint('dim', '|')} ${line}`)
    },
    act: (title) => screen.line(`\n${screen.paint('bold', title)}`),
    wait: (what) => screen.wait(what),
  }
}
