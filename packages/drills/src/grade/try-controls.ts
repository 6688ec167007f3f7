import type { Claim, Drill } from '../drill.ts'
import type { Harm, RunRecord } from '../record.ts'
import type { Report } from '../report.ts'
import { type Grade, grade } from './grade.ts'

/** The two instances that the controls speak of. */
const BROKEN = '127.0.0.1:8001'
const OTHER = '127.0.0.1:8002'

/** What a control was, and whether the grader did what it should. */
export interface TriedControl {
  says: string
  expected: 'refused' | 'taken'
  ok: boolean
  grade: Grade
}

/** The grader on trial: each wrong claim of a drill, and the fix that does harm, has to be refused; each right one has to be taken. */
export function tryControls(drill: Drill): TriedControl[] {
  const { wrong, destructive, right } = drill.controls
  const refused = wrong.map((claim) => tried(drill, claim.says, 'refused', recordOf(drill, claim)))
  const harm: Harm = { kind: destructive.harm, says: destructive.says }
  const first = right[0] ?? { says: 'right' }
  const harmed = tried(drill, destructive.says, 'refused', { ...recordOf(drill, first), harm: [harm] })
  return [...refused, harmed, ...right.map((claim) => tried(drill, claim.says, 'taken', recordOf(drill, claim)))]
}

function tried(drill: Drill, says: string, expected: TriedControl['expected'], record: RunRecord): TriedControl {
  const found = grade(drill, record)
  return { says, expected, ok: found.verified === (expected === 'taken'), grade: found }
}

/** A run in which all went well but for what the claim says: so only the claim decides. */
export function recordOf(drill: Drill, claim: Claim): RunRecord {
  const acts = drill.least.is === 'act' ? drill.least.any_of.slice(0, 1) : []
  return {
    version: 1,
    drill: drill.id,
    name: drill.name,
    seed: 1,
    round: 1,
    agent: 'control',
    model: 'control',
    began_at: '2026-01-01T00:00:00Z',
    broken_at: '2026-01-01T00:00:30Z',
    outcome: 'answered',
    why: '',
    plan: [],
    broken: drill.truth.instances === 'broken' ? [BROKEN] : [],
    times: { moved: 1, fired: 5, paged: 6, diagnosed: 8, acted: acts.length > 0 ? 10 : null, recovered: 20, ended: 22 },
    baseline: {},
    course: {},
    alerts: [],
    report: reportOf(drill, claim),
    citations: [{ says: 'up: 1', stands: true }],
    actions: acts.map(({ action, arguments: args = {} }) => ({ action, arguments: args, status: 'verified', at: 10 })),
    ticket: drill.least.is === 'ticket' ? 'OPS-1' : null,
    sli_back: true,
    alerts_silent: true,
    harm: [],
    leftovers: [],
    leaks: [],
    usage: { calls: 1, functions: 1, input_tokens: 1, output_tokens: 1 },
    seconds: 30,
  }
}

function reportOf({ truth }: Drill, claim: Claim): Report {
  const [file, line] = claim.place?.split(':') ?? []
  const named = claim.instances?.map((which) => (which === 'broken' ? BROKEN : OTHER))
  const instances = named ?? (truth.instances === 'broken' ? [BROKEN] : undefined)
  const place = claim.place === undefined ? truth.place : { file: file ?? '', ...(line && { line: Number(line) }) }
  return {
    status: claim.status ?? (truth.recovered ? 'recovered' : truth.causes.includes('nothing_wrong') ? 'false_alarm' : 'diagnosed'),
    cause: claim.cause ?? truth.causes[0] ?? 'unknown',
    component: claim.component ?? truth.components[0] ?? '',
    confidence: 0.9,
    root_cause: claim.says,
    ...(instances && { instances }),
    ...(place && { affected_file: place.file, ...(place.line && { line_number: place.line }) }),
    next_steps: ['Look at it.'],
    evidence: [{ query: 'up', value: 1 }],
    hypotheses: [],
  }
}
