import type { Facts } from '../facts/facts.ts'
import type { Question } from '../facts/metric-queries.ts'
import type { Symptom } from '../facts/symptoms.ts'
import type { Quote } from '../quote.ts'

/** Where a finding comes from. Two findings of one source are not two pieces of evidence. */
export type Source =
  | 'log'
  | 'rate'
  | 'code'
  | 'instances'
  | 'latency'
  | 'routes'
  | 'cpu'
  | 'cost'
  | 'lag'
  | 'memory'
  | 'heap'
  | 'traffic'
  | 'up'
  | 'restarts'
  | 'alert'
  | 'phases'
  | 'pool'
  | 'course'
  | 'served'
  | 'database'
  | 'methods'

/** One thing seen that speaks for or against a cause; `weight` 0..1 is how far it alone would convince. */
export interface Finding {
  source: Source
  weight: number
  /** A clause without a full stop, with its numbers. */
  says: string
  quote?: Quote | undefined
}

/** What speaks for a cause, what against, and what could not be seen. */
export interface Assessment {
  for: Finding[]
  against: Finding[]
  unseen: string[]
}

/** What is to be said of a cause once it stands. */
interface Conclusion {
  rootCause: string
  component: string
  instances: string[]
  routes: string[]
  nextSteps: string[]
  suggestedFix: string | undefined
  place: { file: string; line: number } | undefined
}

/** One possible cause. A new one is one file and one line in the list. */
export interface Hypothesis {
  id: string
  /** The cause in a few words, for the list of alternatives. */
  name: string
  /** The symptoms it would explain. */
  explains: Symptom[]
  /** What would tell it from the others, as far as is worth asking now; questions already answered may be among them. */
  questions(facts: Facts): Question[]
  assess(facts: Facts): Assessment
  conclude(facts: Facts): Conclusion
  /** Whether it has stopped, where its own readings tell. */
  hasEased(facts: Facts): Ease
}

/** `yes` and `no` were seen; `unknown` was not. */
export interface Ease {
  kind: 'yes' | 'no' | 'unknown'
  says: string
  quote?: Quote | undefined
}
