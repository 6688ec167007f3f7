import { readSeverities, type SeverityRank } from './severity.ts'

/** What of the rules is configurable. */
export interface IncidentRules {
  rank: SeverityRank
  /** An alert that ended so often within ten minutes reopens its incident instead of opening another; 0 is off. */
  flapAfter: number
}

export const DEFAULT_RULES: IncidentRules = { rank: readSeverities(), flapAfter: 3 }
