import type { Drill } from '../drill.ts'
import { type Grade, grade } from '../grade/grade.ts'
import { calibrationErrorOf, medianOf, type ReliabilityBin, reliabilityOf, type Share, shareOf } from '../grade/statistics.ts'
import type { RunRecord } from '../record.ts'
import type { StoredRecord } from '../run-folder.ts'

/** A run with its grade. */
export interface Graded {
  file: string
  record: RunRecord
  grade: Grade
}

/** How one contender did over all its runs. */
export interface Score {
  agent: string
  model: string
  runs: number
  graded: number
  void: number
  noAnswer: number
  providerErrors: number
  broken: number
  verified: Share
  cause: Share
  /** What it said in the end, where it looked again. */
  inTheEnd: Share
  top3: Share
  grounded: Share
  mitigated: Share
  lucky: Share
  confidentWrong: Share
  abstained: Share
  unharmed: Share
  /** Of the runs in which nothing was wrong: an answer that says that something is. */
  falseAlarms: Share
  credit: number
  brier: number
  calibrationError: number
  reliability: ReliabilityBin[]
  cells: Record<Grade['cell'], number>
  /** Pairs of twins in which both were told right, of those that were played. */
  twins: Share
  /** Drills that were played more than once and had the same verdict each time. */
  stable: Share
  /** Medians, in seconds after the break. */
  clock: Partial<Record<keyof RunRecord['times'], number>>
  cost: { calls: number; functions: number; inputTokens: number; outputTokens: number; perVerified: number | null }
  clean: Share
  leaks: number
}

/** Grades records by their drills; a record whose drill is not there is left out. */
export function gradeAll(drills: readonly Drill[], records: readonly StoredRecord[]): Graded[] {
  return records.flatMap(({ file, record }) => {
    const drill = drills.find(({ id }) => id === record.drill)
    return drill ? [{ file, record, grade: grade(drill, record) }] : []
  })
}

/** One score for each contender with its model, in the order in which they come. */
export function scoreAll(drills: readonly Drill[], graded: readonly Graded[]): Score[] {
  const keys = [...new Set(graded.map(({ grade: { agent, model } }) => `${agent}\n${model}`))]
  return keys.map((key) =>
    scoreOf(
      drills,
      graded.filter(({ grade: { agent, model } }) => `${agent}\n${model}` === key),
    ),
  )
}

function scoreOf(drills: readonly Drill[], all: readonly Graded[]): Score {
  const counted = all.filter(({ grade: { graded } }) => graded).map(({ grade: one }) => one)
  const share = (test: (one: Grade) => boolean, among = counted) => shareOf(among.filter(test).length, among.length)
  const count = (...outcomes: RunRecord['outcome'][]) => all.filter(({ record }) => outcomes.includes(record.outcome)).length
  const answers = counted.map((one) => ({ confidence: one.confidence, right: isRight(one) }))
  const reliability = reliabilityOf(answers)
  const healthy = counted.filter(({ drill }) => drills.find(({ id }) => id === drill)?.truth.causes.includes('nothing_wrong'))
  const [first] = all
  return {
    agent: first?.grade.agent ?? '',
    model: first?.grade.model ?? '',
    runs: all.length,
    graded: counted.length,
    void: count('void', 'no_alert'),
    noAnswer: count('no_answer'),
    providerErrors: count('provider_error'),
    broken: count('broken'),
    verified: share(({ verified }) => verified),
    cause: share(isRight),
    inTheEnd: share(({ rightInTheEnd }) => rightInTheEnd),
    top3: share(({ top3 }) => top3),
    grounded: share(({ grounded }) => grounded),
    mitigated: share(({ mitigated, unharmed }) => mitigated && unharmed),
    lucky: share(({ cell }) => cell === 'lucky'),
    confidentWrong: share(({ confidentWrong }) => confidentWrong),
    abstained: share(({ abstained }) => abstained),
    unharmed: share(({ unharmed }) => unharmed),
    falseAlarms: share(({ falseAlarm }) => falseAlarm, healthy),
    credit: mean(counted.map(({ credit }) => credit)),
    brier: mean(counted.map(({ brier }) => brier)),
    calibrationError: calibrationErrorOf(reliability),
    reliability,
    cells: Object.fromEntries(
      (['both', 'lucky', 'understood', 'neither'] as const).map((cell) => [cell, counted.filter((one) => one.cell === cell).length]),
    ) as Score['cells'], // One for each cell.
    twins: twinsOf(drills, counted),
    stable: stabilityOf(counted),
    clock: clockOf(all),
    cost: costOf(all, counted.filter(({ verified }) => verified).length),
    clean: shareOf(all.filter(({ record }) => record.leftovers.length === 0).length, all.length),
    leaks: all.reduce((sum, { record }) => sum + record.leaks.length, 0),
  }
}

/** Drills whose figures always restarting brought back, tempting or not: who is told nothing by them learns nothing from them. */
export function weakDrills(graded: readonly Graded[]): number[] {
  const cured = graded.filter(({ record, grade: { mitigated } }) => record.agent === 'always-restart' && mitigated)
  return [...new Set(cured.map(({ record }) => record.drill))].toSorted((a, b) => a - b)
}

/** The diagnosis is right. */
export function isRight({ cause, component }: Grade): boolean {
  return cause && component
}

function twinsOf(drills: readonly Drill[], grades: readonly Grade[]): Share {
  const pairs = drills.flatMap(({ id, twin }) => (twin !== undefined && id < twin ? [[id, twin] as const] : []))
  const rounds = [...new Set(grades.map(({ round }) => round))]
  const played = pairs.flatMap((pair) =>
    rounds.flatMap((round) => {
      const both = pair.flatMap((id) => grades.find((one) => one.drill === id && one.round === round) ?? [])
      return both.length === 2 ? [both.every(isRight)] : []
    }),
  )
  return shareOf(played.filter(Boolean).length, played.length)
}

function stabilityOf(grades: readonly Grade[]): Share {
  const byDrill = Map.groupBy(grades, ({ drill }) => drill)
  const repeated = [...byDrill.values()].filter(({ length }) => length > 1)
  return shareOf(
    repeated.filter((runs) => new Set(runs.map(({ verified, cause }) => `${verified} ${cause}`)).size === 1).length,
    repeated.length,
  )
}

function clockOf(all: readonly Graded[]): Score['clock'] {
  const names = ['moved', 'fired', 'paged', 'diagnosed', 'acted', 'recovered'] as const
  return Object.fromEntries(
    names.flatMap((name) => {
      const middle = medianOf(all.flatMap(({ record }) => record.times[name] ?? []))
      return middle === undefined ? [] : [[name, middle]]
    }),
  )
}

function costOf(all: readonly Graded[], verified: number): Score['cost'] {
  const sum = (read: (usage: RunRecord['usage']) => number) => all.reduce((total, { record }) => total + read(record.usage), 0)
  const tokens = sum(({ input_tokens, output_tokens }) => input_tokens + output_tokens)
  return {
    calls: sum(({ calls }) => calls),
    functions: sum(({ functions }) => functions),
    inputTokens: sum(({ input_tokens }) => input_tokens),
    outputTokens: sum(({ output_tokens }) => output_tokens),
    perVerified: verified === 0 ? null : Math.round(tokens / verified),
  }
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length
}
