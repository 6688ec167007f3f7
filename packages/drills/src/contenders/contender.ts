import type { World } from '../lab/world.ts'
import type { Citation, DoneAction, RunRecord } from '../record.ts'
import type { Report } from '../report.ts'

/** What a contender is told: nothing but that its page may come now. */
export interface Call {
  world: World
  /** When the break began, in ms since 1970: pages before it are about something else. */
  since: number
  /** Resolves when somebody is there: where the drill lets the agent stand still meanwhile, others do not look earlier either. */
  opens: Promise<unknown>
  /** The answer has to be there by then. */
  deadline: number
  signal: AbortSignal
}

/** What came of a page. */
export interface Answer {
  report: Report
  /** In ms since 1970. */
  pagedAt: number
  answeredAt: number
  citations: Citation[]
  usage: RunRecord['usage']
  /** Everything that it could read, as one text, for the leak test. */
  read: string
  /** What a person does next with it: approve what it proposes, or have a ticket filed. Resolves when nothing more comes. */
  followUp(wish: 'act' | 'ticket'): Promise<{ actions: (Omit<DoneAction, 'at'> & { atMs: number | null })[]; ticket: string | null }>
  /** What it says in the end, when it looked again; null when it stays with its report. To be asked after `followUp`. */
  last?(): Promise<{ report: Report; answeredAt: number } | null>
}

/** The page did not become an answer. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer'
  readonly outcome: 'no_alert' | 'no_answer' | 'provider_error'

  constructor(outcome: NoAnswer['outcome'], message: string) {
    super(message)
    this.outcome = outcome
  }
}

/** Who is paged: the lab's own agent with some model, a rule of thumb, or an agent elsewhere. */
export interface Contender {
  name: string
  /** For the report: which model answers. */
  model(world: World): Promise<string>
  /** It does nothing, ever: so several of these can answer the page of one run. */
  onlyLooks?: true
  /** @throws NoAnswer */
  answer(call: Call): Promise<Answer>
}
