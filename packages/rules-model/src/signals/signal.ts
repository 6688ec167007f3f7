import type { Facts, Reading } from '../facts/facts.ts'
import type { Question } from '../facts/metric-queries.ts'
import type { Quote } from '../quote.ts'

/** Where an observation comes from: two signals of one source are not two pieces of evidence. */
export type Source =
  | 'log'
  | 'rate'
  | 'scope'
  | 'code'
  | 'database'
  | 'pool'
  | 'work'
  | 'course'
  | 'latency'
  | 'routes'
  | 'where'
  | 'phases'
  | 'cpu'
  | 'cost'
  | 'lag'
  | 'traffic'
  | 'memory'
  | 'heap'
  | 'instances'
  | 'exits'
  | 'changes'
  | 'up'
  | 'balancer'
  | 'alert'
  | 'monitoring'
  | 'limits'
  | 'door'
  | 'slots'
  | 'locks'
  | 'tables'
  | 'diary'
  | 'rule'
  | 'division'
  | 'targets'
  | 'diff'
  | 'unit'
  | 'disk'
  | 'settings'
  | 'processes'
  | 'page'
  | 'pods'
  | 'limit'
  | 'nodes'
  | 'probes'
  | 'quota'
  | 'replication'

/** What a probe found. Not asked, failed, empty and seen are four different things, and only the last is evidence. */
export type Observation<Level extends string = string> =
  | { kind: 'not_asked' }
  | { kind: 'failed'; why: string }
  | { kind: 'empty' }
  | Seen<Level>

/** A level with the clause that says so: no full stop, and every figure in it stands in the quoted result. */
export interface Seen<Level extends string = string> {
  kind: 'seen'
  level: Level
  says: string
  quote?: Quote | undefined
  /** What the level was read at, for a family's words. */
  instances?: string[] | undefined
  spared?: string[] | undefined
  routes?: string[] | undefined
  /** An error's own words. */
  text?: string | undefined
  place?: Place | undefined
  /** Further sentences for whoever tells the cause. */
  notes?: string[] | undefined
  /** It had ended before the alert began, so the alert's cause need not explain it. */
  over?: boolean | undefined
}

/** A line of code that a stack names, with what it shows. */
export interface Place {
  file: string
  line: number
  /** As the stack has it; '' for anonymous code. */
  functionName: string
  /** Its text, once fetched. */
  code: string | undefined
  /** The expression that was null or undefined. */
  culprit: string | undefined
  /** Where that gets its value. */
  origin: { line: number; text: string } | undefined
  caller: { file: string; line: number } | undefined
}

/** A probe of the results. Signals are the only readers of results; families and the engine know levels. */
export interface Signal<Level extends string = string> {
  /** What could not be seen when it failed, e.g. `the CPU`. */
  about: string
  source: Source
  levels: readonly Level[]
  /** The levels that something must be the reason for. */
  abnormal: readonly Level[]
  /** The levels that only a whole list shows: of one that leaves something out they are not read. */
  needsAll?: readonly Level[]
  /**
   * The levels that say nothing while a trouble that is seen is younger than this: what they read looks back to before it, or is renewed only now and then. In seconds
   * with scrapes every five, and `least` on any clock.
   */
  settles?: { levels: readonly Level[]; seconds: number; least?: number }
  questions(facts: Facts): Question[]
  read(facts: Facts): Observation<Level>
}

/** Keeps the levels' literals. */
export function defineSignal<const Level extends string>(signal: Signal<Level>): Signal<Level> {
  return signal
}

export const NOT_ASKED = { kind: 'not_asked' } as const
export const EMPTY = { kind: 'empty' } as const

/** A level that was seen. */
export function seen<Level extends string>(level: Level, says: string, rest: Omit<Seen, 'kind' | 'level' | 'says'> = {}): Seen<Level> {
  return { kind: 'seen', level, says, ...rest }
}

/** Why there is nothing to read, or undefined when there is. */
export function unread(...readings: Reading<unknown>[]): { kind: 'not_asked' } | { kind: 'failed'; why: string } | undefined {
  for (const reading of readings) {
    if (reading.kind === 'not_asked') return NOT_ASKED
    if (reading.kind === 'unseen') return { kind: 'failed', why: reading.why }
  }
  return undefined
}
