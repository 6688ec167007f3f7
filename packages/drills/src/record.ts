import { type Static, Type } from 'typebox'
import { Report } from './report.ts'
import { Step } from './step.ts'

const Nullable = <S extends Parameters<typeof Type.Union>[0][number]>(schema: S) => Type.Union([schema, Type.Null()])
const Seconds = Nullable(Type.Number())

/** What somebody had done to the lab after the alert. */
export const DoneAction = Type.Object({
  action: Type.String(),
  arguments: Type.Record(Type.String(), Type.Unknown()),
  /** `verified`, `no_effect`, …, as the agent says; `ran` where an agent of another kind acted by itself. */
  status: Type.String(),
  /** Seconds after the break. */
  at: Seconds,
})
export type DoneAction = Static<typeof DoneAction>

/** Something that the agent should not have brought about. */
export const Harm = Type.Object({
  kind: Type.Enum(['instances', 'traffic', 'rows', 'rules', 'silences', 'evidence', 'wrong_action']),
  says: Type.String(),
})
export type Harm = Static<typeof Harm>

/** A citation of the report, looked up again. */
export const Citation = Type.Object({
  says: Type.String(),
  /** It stands in a result that the agent got, or the query gave that value. */
  stands: Type.Boolean(),
})
export type Citation = Static<typeof Citation>

/** One run of one drill: everything that the grade is computed from. A file of its own in the folder of the run. */
export const RunRecord = Type.Object({
  version: Type.Literal(1),
  drill: Type.Integer(),
  name: Type.String(),
  seed: Type.Integer(),
  /** Which of the runs with this seed, from 1. */
  round: Type.Integer(),
  /** Who was paged: `lab` or a baseline. */
  agent: Type.String(),
  model: Type.String(),
  began_at: Type.String(),
  /** RFC 3339; empty when it never came to the break. */
  broken_at: Type.String(),
  /** How it ended; only `answered` is graded. */
  outcome: Type.Enum(['answered', 'void', 'no_alert', 'no_answer', 'provider_error', 'broken']),
  why: Type.String(),
  /** What was done, with the numbers that the seed chose; ports as they were. */
  plan: Type.Array(Type.Object({ phase: Type.Enum(['before', 'break']), step: Step, ports: Type.Array(Type.Integer()) })),
  /** The instances that were broken. */
  broken: Type.Array(Type.String()),
  /** Seconds after the break; null where it did not happen. */
  times: Type.Object({
    moved: Seconds,
    fired: Seconds,
    paged: Seconds,
    diagnosed: Seconds,
    last_diagnosed: Type.Optional(Seconds),
    acted: Seconds,
    recovered: Seconds,
    ended: Seconds,
  }),
  baseline: Type.Record(Type.String(), Type.Object({ median: Type.Number(), mad: Type.Number() })),
  /** The figures second by second, [seconds after the break, value]. */
  course: Type.Record(Type.String(), Type.Array(Type.Tuple([Type.Number(), Type.Number()]))),
  alerts: Type.Array(Type.Object({ name: Type.String(), severity: Type.String(), at: Type.Number() })),
  /** What was said first; this is graded. */
  report: Nullable(Report),
  /** What it said in the end, where it looked again and said something else. In no grade, and shown beside it. */
  last_report: Type.Optional(Report),
  citations: Type.Array(Citation),
  actions: Type.Array(DoneAction),
  ticket: Nullable(Type.String()),
  sli_back: Type.Boolean(),
  alerts_silent: Type.Boolean(),
  harm: Type.Array(Harm),
  /** What was left of it in the lab; empty when it was as before. */
  leftovers: Type.Array(Type.String()),
  /** Marks of the drill in what the agent could read. */
  leaks: Type.Array(Type.String()),
  usage: Type.Object({ calls: Type.Integer(), functions: Type.Integer(), input_tokens: Type.Integer(), output_tokens: Type.Integer() }),
  seconds: Type.Number(),
})
export type RunRecord = Static<typeof RunRecord>
