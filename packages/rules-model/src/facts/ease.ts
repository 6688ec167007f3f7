import type { Quote } from '../quote.ts'

/** Whether a symptom has stopped: `yes` and `no` were seen; `unknown` was not. */
export interface Ease {
  kind: 'yes' | 'no' | 'unknown'
  says: string
  quote?: Quote | undefined
}
