// What the newer functions of the targets prometheus, fleet, github and memory take and return.
import { type Static, Type } from 'typebox'
import { COVERAGE } from './coverage.ts'
import { Nullable } from './nullable.ts'

const Text = Type.String()
const Count = Type.Integer()
const Sha = Type.String({ pattern: '^[0-9a-fA-F]{7,40}$', description: 'a commit, 7 to 40 hexadecimal digits' })
const Path = Type.String({ minLength: 1, maxLength: 300, description: 'a file or folder, relative to the root of the repository' })
const args = <P extends Parameters<typeof Type.Object>[0]>(properties: P) => Type.Object(properties, { additionalProperties: false })

// ---- github ----

export const ListCommitsArgs = args({
  since: Type.Optional(Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\dT[\\d:.]{5,15}Z$', description: 'RFC 3339, UTC' })),
  path: Type.Optional(Path),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 20 })),
})
const Commit = Type.Object({ sha: Text, message: Text, author: Text, at: Text })
export type Commit = Static<typeof Commit>
/** Newest first. */
export const ListCommitsResult = Type.Object({ ...COVERAGE, repository: Text, commits: Type.Array(Commit) })
export type ListCommitsResult = Static<typeof ListCommitsResult>

export const CodeDiffArgs = args({ from: Sha, to: Sha, path: Type.Optional(Path) })
/** What `to` has and `from` has not, newest commit first; `patch` is cut. */
export const CodeDiffResult = Type.Object({
  ...COVERAGE,
  repository: Text,
  from: Text,
  to: Text,
  commits: Type.Array(Commit),
  files: Type.Array(Type.Object({ path: Text, commit: Text, additions: Count, deletions: Count, patch: Text })),
})
export type CodeDiffResult = Static<typeof CodeDiffResult>

// ---- fleet ----

export const BalancerStateArgs = args({})
/** Where the balancer's list and the process manager's differ, somebody is sent what nobody answers, or an instance gets nothing. */
export const BalancerStateResult = Type.Object({
  ...COVERAGE,
  reachable: Type.Boolean(),
  backends: Type.Array(Text),
  available: Type.Array(Text),
  panic: Type.Boolean(),
  list_age_seconds: Nullable(Type.Number()),
  running: Type.Array(Text),
  /** In the balancer's list, and not running. */
  gone: Type.Array(Text),
  /** Running, and not in the balancer's list. */
  missing: Type.Array(Text),
})
export type BalancerStateResult = Static<typeof BalancerStateResult>

export const ProbeArgs = args({ path: Type.Enum(['/healthz', '/items?limit=1', '/items/1'], { type: 'string' }) })
export const ProbeResult = Type.Object({
  ...COVERAGE,
  path: Text,
  answers: Type.Array(
    Type.Object({
      /** `load balancer`, or the instance. */
      at: Text,
      status: Nullable(Count),
      milliseconds: Type.Number(),
      error: Type.Optional(Text),
    }),
  ),
})
export type ProbeResult = Static<typeof ProbeResult>

export const ListChangesArgs = args({
  minutes: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_440, description: 'How far back; 60 without it.' })),
})
/** Newest first; exits that nobody asked for are no change. */
export const ListChangesResult = Type.Object({
  ...COVERAGE,
  changes: Type.Array(
    Type.Object({
      at: Text,
      what: Text,
      by: Text,
      ports: Type.Array(Count),
      from: Nullable(Text),
      to: Nullable(Text),
      release: Nullable(Text),
      /** Of a deploy: what it put in place, and of what; for get_code_diff. */
      commit: Type.Optional(Text),
      from_commit: Type.Optional(Text),
      /** Of a deploy: what ran well on those instances before it; absent where nothing did. */
      back_to: Type.Optional(Text),
    }),
  ),
})
export type ListChangesResult = Static<typeof ListChangesResult>

export const RuntimeMetricsArgs = args({})
/** Read from each instance itself, twice: rates are those of the window. */
export const RuntimeMetricsResult = Type.Object({
  ...COVERAGE,
  instances: Type.Array(
    Type.Object({
      instance: Text,
      requests_per_second: Type.Number(),
      errors_per_second: Type.Number(),
      cpu_cores: Type.Number(),
      cpu_ms_per_request: Nullable(Type.Number()),
      event_loop_lag_p99_ms: Nullable(Type.Number()),
      resident_mib: Nullable(Type.Number()),
      heap_used_mib: Nullable(Type.Number()),
      pool_in_use: Nullable(Type.Number()),
      pool_max: Nullable(Type.Number()),
      pool_waiting: Nullable(Type.Number()),
      phase_ms: Type.Record(Text, Type.Number()),
    }),
  ),
})
export type RuntimeMetricsResult = Static<typeof RuntimeMetricsResult>

// ---- prometheus ----

export const AlertExpressionArgs = args({
  alertname: Type.Optional(Type.String({ pattern: '^[\\w:.-]{1,200}$', description: "Without it the incident's first." })),
})
/** `course` is the compared value from before the onset until now; `threshold` what it is compared with. */
export const AlertExpressionResult = Type.Object({
  ...COVERAGE,
  alertname: Text,
  expression: Text,
  for_seconds: Type.Number(),
  threshold: Nullable(Text),
  state: Text,
  rule_health: Text,
  rule_error: Nullable(Text),
  /** Whether the expression gives anything at this moment. */
  true_now: Type.Boolean(),
  course: Type.Array(Type.Object({ labels: Type.Record(Text, Text), points: Type.Array(Type.Tuple([Text, Nullable(Type.Number())])) })),
})
export type AlertExpressionResult = Static<typeof AlertExpressionResult>

export const MonitoringHealthArgs = args({})
export const MonitoringHealthResult = Type.Object({
  ...COVERAGE,
  jobs: Type.Array(Type.Object({ job: Text, up: Count, down: Count, oldest_scrape_seconds: Nullable(Type.Number()) })),
  /** Of the incident's service all, of other jobs those that are down. */
  targets: Type.Array(
    Type.Object({ job: Text, instance: Text, health: Text, last_scrape_seconds: Nullable(Type.Number()), error: Nullable(Text) }),
  ),
  failing_rules: Type.Array(Type.Object({ rule: Text, error: Text })),
  alertmanagers: Count,
})
export type MonitoringHealthResult = Static<typeof MonitoringHealthResult>

// ---- memory ----

export const FindSimilarArgs = args({
  error: Type.Optional(Type.String({ maxLength: 300, description: "The errors' words." })),
  route: Type.Optional(Type.String({ maxLength: 200 })),
  file: Type.Optional(Type.String({ maxLength: 300 })),
})
/** The most similar first. What they were proves nothing of the present. */
export const FindSimilarResult = Type.Object({
  ...COVERAGE,
  searched: Count,
  similar: Type.Array(
    Type.Object({
      ref: Text,
      opened_at: Text,
      same: Type.Array(Text),
      differs: Type.Array(Text),
      cause: Nullable(Text),
      root_cause: Nullable(Text),
      confidence: Nullable(Type.Number()),
      minutes: Nullable(Type.Number()),
      /** What people wrote about it. */
      people_said: Type.Array(Text),
      actions: Type.Array(Text),
    }),
  ),
})
export type FindSimilarResult = Static<typeof FindSimilarResult>
