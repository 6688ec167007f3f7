import type { ConnectorFacts } from '@oncall-lab/on-call-agent/api'
import type { Link } from '../demo/chain.ts'
import type { Screen } from '../demo/screen.ts'
import type { Story } from '../demo/story.ts'
import type { Witnesses } from '../demo/witnesses.ts'
import type { Lab } from '../lab.ts'

/** What a story is played with: a lab that is up, the systems that say what really happened, and where it is told. */
export interface StoryStage {
  lab: Lab
  witnesses: Witnesses
  connectors: ConnectorFacts[]
  story: Story
  screen: Screen
  /** The flags `--full` and `--act`, which only the shop's story knows. */
  flags: { full: boolean; act: boolean }
  signal: AbortSignal
}

/** What came of a story. */
export interface ToldStory {
  /** Each link of its chain; the demo ends with 0 only when none is missing. */
  links: Link[]
  /** Lines below the chain: the clock, what a vendor says. */
  after: string[]
}

/** One story of `lab demo <name>`: something breaks, and each link of what follows is looked for in the systems themselves. */
export interface DemoStory {
  readonly name: string
  /** For `--help`, in a few words. */
  readonly about: string
  /** What its lab has beside the usual parts. */
  readonly needs?: {
    kubernetes?: true
    hosts?: true
    /** Variables that a lab of its own is started with. */
    settings?: Readonly<Record<string, string>>
  }
  /** Leaves no fault behind, whatever happens. @throws CliError when it cannot be played on this lab, the signal's reason when that comes first. */
  play(stage: StoryStage): Promise<ToldStory>
}
