import { type Static, Type } from 'typebox'

/** The fault modes of an instance; `none` ends whatever is active. */
export const FaultMode = Type.Enum(['latency', 'errors', 'cpu', 'oom_safe', 'crash', 'none'])
export type FaultMode = Static<typeof FaultMode>

/** `POST /faults` of one instance, and the part of the process manager's `POST /fault` that goes there. */
export const FaultRequest = Type.Object(
  {
    mode: FaultMode,
    /** Share of storage calls that fail, for `errors`. */
    p_error: Type.Number({ minimum: 0, maximum: 1, default: 0.3 }),
    /** How much later each storage call answers, for `latency`. */
    latency_ms: Type.Integer({ minimum: 1, maximum: 30_000, default: 800 }),
    /** CPU time burnt by each request, for `cpu`. */
    cpu_ms: Type.Integer({ minimum: 1, maximum: 5_000, default: 200 }),
    /** The fault ends by itself after this long. */
    ttl_seconds: Type.Integer({ minimum: 1, maximum: 3_600, default: 600 }),
  },
  { additionalProperties: false },
)
export type FaultRequest = Static<typeof FaultRequest>

/** One line of the error log, as written to disk and as `GET /logs/tail` returns it. */
export const LogEntry = Type.Object({
  /** RFC 3339, UTC. */
  ts: Type.String(),
  level: Type.String(),
  /** `127.0.0.1:8001`: the same name as Prometheus' `instance` label. */
  instance: Type.String(),
  pid: Type.Integer(),
  message: Type.String(),
  method: Type.Optional(Type.String()),
  /** The route's template, e.g. `/items/:id`. */
  route: Type.Optional(Type.String()),
  status: Type.Optional(Type.Integer()),
  /** The error's class, e.g. `TypeError`. */
  error: Type.Optional(Type.String()),
  /** As V8 prints it, file paths relative to the repository's root. */
  stack: Type.Optional(Type.String()),
})
export type LogEntry = Static<typeof LogEntry>

/** `GET /logs/tail?seconds=15&limit=500`: the newest entries of all instances, oldest first. */
export const LogsTail = Type.Object({
  entries: Type.Array(LogEntry),
  /** How many entries the window holds; more than `entries.length` when `limit` cut it. */
  count: Type.Integer(),
})
export type LogsTail = Static<typeof LogsTail>
