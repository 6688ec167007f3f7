// What the functions of the target postgres return. Statements come with their literals masked.
import { type Static, Type } from 'typebox'
import { COVERAGE } from './coverage.ts'
import { Nullable } from './nullable.ts'

const Text = Type.String()
const Count = Type.Integer()
const Seconds = Nullable(Type.Number())
/** When a session began, as the server writes it. With its pid it names the session for good: a pid is used again. */
const Began = Type.Optional(Text)

/** `error.code` is a SQLSTATE of the server, or the errno of the network. */
export const CheckConnectionResult = Type.Object({
  ...COVERAGE,
  database: Text,
  reachable: Type.Boolean(),
  milliseconds: Type.Number(),
  error: Type.Optional(Type.Object({ code: Text, message: Text })),
})
export type CheckConnectionResult = Static<typeof CheckConnectionResult>

export const DatabaseInfoResult = Type.Object({
  ...COVERAGE,
  database: Text,
  version: Text,
  started_at: Text,
  uptime_seconds: Type.Number(),
  size_bytes: Type.Number(),
  in_recovery: Type.Boolean(),
  max_connections: Count,
})
export type DatabaseInfoResult = Static<typeof DatabaseInfoResult>

/** Sessions of one kind, counted together. */
export const SessionGroup = Type.Object({
  user: Text,
  application: Text,
  client: Text,
  state: Text,
  sessions: Count,
  /** The longest in this state. */
  longest_seconds: Seconds,
  /** What they wait for, most frequent first. */
  waits_for: Nullable(Text),
  /** So many of them have been in this state for more than two seconds. */
  quiet: Type.Optional(Count),
})
/** One session that has run its statement or transaction for long. */
export const LongSession = Type.Object({
  pid: Count,
  user: Text,
  application: Text,
  client: Text,
  state: Text,
  statement_seconds: Seconds,
  transaction_seconds: Seconds,
  waits_for: Nullable(Text),
  statement: Text,
})
export const ActiveConnectionsResult = Type.Object({
  ...COVERAGE,
  database: Text,
  sessions: Count,
  groups: Type.Array(SessionGroup),
  longest: Type.Array(LongSession),
})
export type ActiveConnectionsResult = Static<typeof ActiveConnectionsResult>

/** `free` are the slots that ordinary roles can still take. */
export const ConnectionStatsResult = Type.Object({
  ...COVERAGE,
  database: Text,
  max_connections: Count,
  reserved: Count,
  used: Count,
  free: Count,
  by_state: Type.Array(Type.Object({ state: Text, sessions: Count })),
  /** `oldest` is one of their sessions. */
  by_client: Type.Array(
    Type.Object({
      user: Text,
      application: Text,
      client: Text,
      sessions: Count,
      idle: Count,
      oldest: Type.Optional(Type.Object({ pid: Count, began: Text })),
    }),
  ),
})
export type ConnectionStatsResult = Static<typeof ConnectionStatsResult>

/** `roots` hold what others wait for, and wait for nobody. */
export const LockInfoResult = Type.Object({
  ...COVERAGE,
  database: Text,
  waiting: Count,
  roots: Type.Array(
    Type.Object({
      pid: Count,
      began: Began,
      user: Text,
      application: Text,
      client: Text,
      state: Text,
      transaction_seconds: Seconds,
      state_seconds: Seconds,
      statement: Text,
      blocks: Count,
      holds: Type.Array(Text),
    }),
  ),
  waits: Type.Array(
    Type.Object({
      pid: Count,
      began: Began,
      application: Text,
      waits_for_pids: Type.Array(Count),
      seconds: Seconds,
      lock: Text,
      statement: Text,
    }),
  ),
})
export type LockInfoResult = Static<typeof LockInfoResult>

/** Counters since `since`. */
export const DatabaseStatsResult = Type.Object({
  ...COVERAGE,
  database: Text,
  since: Nullable(Text),
  commits: Type.Number(),
  rollbacks: Type.Number(),
  deadlocks: Type.Number(),
  cache_hit_ratio: Nullable(Type.Number()),
  temporary_bytes: Type.Number(),
  conflicts: Type.Number(),
  size_bytes: Type.Number(),
})
export type DatabaseStatsResult = Static<typeof DatabaseStatsResult>

/** Rates are those of the window; `hint` names what an index seems to be missing for. */
/** An index that the schema declares (table `oncall.declared_indexes`) and that nobody can use. */
const MissingIndex = Type.Object({
  index: Text,
  table: Text,
  columns: Type.Array(Text),
  /** `invalid`: a build that did not get through has left it. */
  state: Type.Enum(['missing', 'invalid', 'being_built']),
})

export const TableStatsResult = Type.Object({
  ...COVERAGE,
  database: Text,
  /** Absent where the schema declares no indexes. */
  missing_indexes: Type.Optional(Type.Array(MissingIndex)),
  tables: Type.Array(
    Type.Object({
      table: Text,
      rows: Type.Number(),
      dead_rows: Type.Number(),
      size_bytes: Type.Number(),
      whole_reads_per_second: Type.Number(),
      rows_read_whole_per_second: Type.Number(),
      index_reads_per_second: Type.Number(),
      indexes: Type.Array(Text),
      columns_without_index: Type.Array(Text),
      last_vacuum: Nullable(Text),
      hint: Nullable(Text),
      /** Statements that run on it just now. */
      statements: Type.Array(Text),
    }),
  ),
})
export type TableStatsResult = Static<typeof TableStatsResult>

/** `path` is that of a request, as the shop's log writes it. */
export const FindRowArgs = {
  path: Type.String({
    minLength: 2,
    maxLength: 200,
    pattern: '^/[^\\s?#]*$',
    description: 'The path of a request, for example /orders/4711.',
  }),
}
export const FindRowResult = Type.Object({
  ...COVERAGE,
  database: Text,
  path: Text,
  /** Which rows a request for that path reads, of the tables whose rows may be set aside. Their content is not read. */
  rows: Type.Array(Type.Object({ table: Text, key: Text, state: Type.Enum(['here', 'quarantined', 'absent', 'no_key']) })),
})
export type FindRowResult = Static<typeof FindRowResult>

export const ConfigParameterResult = Type.Object({
  ...COVERAGE,
  database: Text,
  name: Text,
  value: Text,
  unit: Nullable(Text),
  default: Nullable(Text),
  source: Text,
  pending_restart: Type.Boolean(),
})
export type ConfigParameterResult = Static<typeof ConfigParameterResult>

export const ReplicationStatusResult = Type.Object({
  ...COVERAGE,
  database: Text,
  in_recovery: Type.Boolean(),
  replicas: Type.Array(
    Type.Object({ application: Text, client: Text, state: Text, sync: Text, lag_bytes: Nullable(Type.Number()), lag_seconds: Seconds }),
  ),
  slots: Type.Array(Type.Object({ name: Text, active: Type.Boolean(), retained_bytes: Nullable(Type.Number()) })),
})
export type ReplicationStatusResult = Static<typeof ReplicationStatusResult>
