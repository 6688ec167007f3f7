import type { Drill } from '../drill.ts'
import type { RunRecord } from '../record.ts'
import { judgeDiagnosis } from './judge-diagnosis.ts'
import { judgeMitigation } from './judge-mitigation.ts'

/** From here on a wrong diagnosis is confidently wrong. */
const CONFIDENT = 0.7
/** What an answer "cannot be told, and measure this next" earns of a point. */
const ABSTENTION_PART = 0.25

/** Diagnosis and mitigation; `lucky`: cured, and not understood. */
type Cell = 'both' | 'lucky' | 'understood' | 'neither'

/** How a run did. */
export interface Grade {
  drill: number
  name: string
  seed: number
  round: number
  agent: string
  model: string
  /** Only these runs count; `void` and its like are columns of their own. */
  graded: boolean
  outcome: RunRecord['outcome']
  component: boolean
  cause: boolean
  /** Every citation holds, and there is one. */
  grounded: boolean
  /** The figures are back and the alerts silent, or the ticket is filed where nothing else can be done. */
  mitigated: boolean
  unharmed: boolean
  /** Verified Resolve: all five. */
  verified: boolean
  cell: Cell
  /** The same of what it said in the end, where it looked again; in no other figure. */
  rightInTheEnd: boolean
  /** The true cause is among the first three that it considered. */
  top3: boolean
  abstained: boolean
  /** Nothing was wrong, and it says that something is. */
  falseAlarm: boolean
  /** 1 for a right diagnosis, a part for an honest abstention. */
  credit: number
  confidence: number
  confidentWrong: boolean
  /** (confidence − right)². */
  brier: number
  /** What is missing, in words. */
  lacks: string[]
}

/** The grade of a run. No model judges: it is computed from the record and the drill. */
export function grade(drill: Drill, record: RunRecord): Grade {
  const { report } = record
  const graded = record.outcome === 'answered' && report !== null
  const diagnosis = judgeDiagnosis(drill.truth, record)
  const mitigation = judgeMitigation(drill, record)
  const right = graded && diagnosis.cause && diagnosis.component
  const grounded = record.citations.length > 0 && record.citations.every(({ stands }) => stands)
  const unharmed = record.harm.length === 0
  const mitigated = graded && mitigation.done
  const confidence = report?.confidence ?? 0
  const abstained = graded && !right && (report.status === 'inconclusive' || report.cause === 'unknown')
  const honest = abstained && (report?.next_steps?.length ?? 0) > 0
  return {
    drill: drill.id,
    name: drill.name,
    seed: record.seed,
    round: record.round,
    agent: record.agent,
    model: record.model,
    graded,
    outcome: record.outcome,
    component: graded && diagnosis.component,
    cause: graded && diagnosis.cause,
    grounded: graded && grounded,
    mitigated,
    unharmed,
    verified: right && grounded && mitigated && unharmed,
    cell: cellOf(right, mitigated && unharmed),
    rightInTheEnd: graded && isRightInTheEnd(drill, record, right),
    top3: graded && (diagnosis.cause || isAmongThree(drill, record)),
    abstained,
    falseAlarm: graded && drill.truth.causes.includes('nothing_wrong') && !right && !abstained,
    credit: right ? 1 : honest ? ABSTENTION_PART : 0,
    confidence,
    confidentWrong: graded && !right && !abstained && confidence >= CONFIDENT,
    brier: (confidence - (right ? 1 : 0)) ** 2,
    lacks: graded
      ? [
          ...diagnosis.lacks,
          ...(grounded ? [] : [record.citations.length === 0 ? 'it cites nothing' : doesNotHold(record)]),
          ...mitigation.lacks,
          ...record.harm.map(({ says }) => `harm: ${says}`),
        ]
      : [`${record.outcome}: ${record.why}`],
  }
}

function doesNotHold({ citations }: RunRecord): string {
  const [first] = citations.filter(({ stands }) => !stands)
  return `a citation does not hold (${first?.says.slice(0, 120)})`
}

function cellOf(right: boolean, cured: boolean): Cell {
  if (right) return cured ? 'both' : 'understood'
  return cured ? 'lucky' : 'neither'
}

function isRightInTheEnd({ truth }: Drill, { last_report, broken }: RunRecord, right: boolean): boolean {
  if (last_report === undefined) return right
  const last = judgeDiagnosis(truth, { report: last_report, broken })
  return last.cause && last.component
}

function isAmongThree({ truth }: Drill, { report }: RunRecord): boolean {
  const ranked = (report?.hypotheses ?? []).toSorted((a, b) => b.confidence - a.confidence).slice(0, 3)
  return ranked.some(({ cause }) => truth.causes.includes(cause))
}
