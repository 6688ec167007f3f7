import { FaultMode, FaultRequest } from '@oncall-lab/inventory/api'
import { type Static, type TSchema, Type } from 'typebox'

/** `starting` until the first healthy answer; `backoff` while a crashed instance waits for its restart. */
export const InstanceState = Type.Enum(['starting', 'running', 'backoff', 'draining', 'stopping', 'fatal'])

/** One supervised inventory process. */
export const Instance = Type.Object({
  /** `127.0.0.1:8001`: the same name as Prometheus' `instance` label. */
  instance: Type.String(),
  port: Type.Integer(),
  /** Null while no process runs. */
  pid: Type.Union([Type.Integer(), Type.Null()]),
  state: InstanceState,
  /** RFC 3339, UTC: start of the present process. */
  started_at: Type.Union([Type.String(), Type.Null()]),
  /** Restarts after an exit that nobody asked for. */
  restarts: Type.Integer(),
  /** The last exit that nobody asked for. */
  last_exit: Type.Union([
    Type.Object({ at: Type.String(), code: Type.Union([Type.Integer(), Type.Null()]), signal: Type.Union([Type.String(), Type.Null()]) }),
    Type.Null(),
  ]),
})
export type Instance = Static<typeof Instance>

/** `GET /instances`, by port. Holds no trace of any fault. */
export const InstanceList = Type.Object({ instances: Type.Array(Instance) })
export type InstanceList = Static<typeof InstanceList>

/** `GET /backends`: the base addresses of all running instances. */
export const BackendList = Type.Object({ backends: Type.Array(Type.String()) })
export type BackendList = Static<typeof BackendList>

/** `POST /scale`: how many instances there shall be, at most as many as there are ports. */
export const ScaleRequest = Type.Object({ replicas: Type.Integer({ minimum: 0 }) }, { additionalProperties: false })

/** `POST /start`: on this port, or on the lowest free one. */
export const StartRequest = Type.Object({ port: Type.Optional(Type.Integer()) }, { additionalProperties: false })

/** `POST /stop`: exactly one of the two. */
export const StopRequest = Type.Object(
  { port: Type.Optional(Type.Integer()), pid: Type.Optional(Type.Integer()) },
  { additionalProperties: false },
)

/** The answer of `/scale`, `/start` and `/stop`, given when the started instances are running and the stopped ones are gone. */
export const ScaleResult = Type.Object({
  /** False when a started instance did not become healthy in time; it stays supervised. */
  ok: Type.Boolean(),
  /** The ports. */
  started: Type.Array(Type.Integer()),
  /** The ports. */
  stopped: Type.Array(Type.Integer()),
  /** How many instances there shall be now. */
  replicas: Type.Integer(),
})
export type ScaleResult = Static<typeof ScaleResult>

/** The faults of the database, which all instances share. */
export const DatabaseFaultMode = Type.Enum(['lock', 'slow_query', 'db_down', 'max_connections'])
export type DatabaseFaultMode = Static<typeof DatabaseFaultMode>

/** Everything that can be broken; `none` ends it. */
export const FleetFaultMode = Type.Enum([...FaultMode.enum, ...DatabaseFaultMode.enum])
export type FleetFaultMode = Static<typeof FleetFaultMode>

const { p_error, latency_ms, cpu_ms, memory_mb, ttl_seconds } = FaultRequest.properties

/**
 * `POST /fault`: what to break, in which instances (all when `ports` is absent), and for how long: 120 s, or `ttl_seconds`. A missing field has the instance's default.
 * The fields of other modes of an instance are checked and do nothing; a fault of the database takes `ttl_seconds` alone.
 */
export const FleetFaultRequest = Type.Object(
  {
    mode: FleetFaultMode,
    p_error: Type.Optional(withoutDefault(p_error)),
    latency_ms: Type.Optional(withoutDefault(latency_ms)),
    cpu_ms: Type.Optional(withoutDefault(cpu_ms)),
    /** Lowered where the machine has less. */
    memory_mb: Type.Optional(withoutDefault(memory_mb)),
    ports: Type.Optional(Type.Array(Type.Integer(), { minItems: 1, uniqueItems: true })),
    ttl_seconds: Type.Optional(withoutDefault(ttl_seconds)),
  },
  { additionalProperties: false },
)
export type FleetFaultRequest = Static<typeof FleetFaultRequest>

type FaultField = Exclude<keyof FleetFaultRequest, 'mode'>
const OF_INSTANCES: readonly FaultField[] = ['ports', 'ttl_seconds']

/** Which fields mean something to which mode. */
export const FAULT_FIELDS: Record<FleetFaultMode, readonly FaultField[]> = {
  latency: ['latency_ms', ...OF_INSTANCES],
  errors: ['p_error', ...OF_INSTANCES],
  cpu: ['cpu_ms', ...OF_INSTANCES],
  oom_safe: ['memory_mb', ...OF_INSTANCES],
  crash: OF_INSTANCES,
  memory_leak: ['memory_mb', ...OF_INSTANCES],
  pool_leak: OF_INSTANCES,
  none: ['ports'],
  lock: ['ttl_seconds'],
  slow_query: ['ttl_seconds'],
  db_down: ['ttl_seconds'],
  max_connections: ['ttl_seconds'],
}

/** What a fault is in: an instance by its port, or the database. */
const FaultTarget = { port: Type.Optional(Type.Integer()), target: Type.Optional(Type.Literal('database')) }

/** The answer of `POST /fault`: `ok` when every target took it. */
export const FleetFaultResult = Type.Object({
  ok: Type.Boolean(),
  results: Type.Array(
    Type.Object({
      ...FaultTarget,
      ok: Type.Boolean(),
      error: Type.Optional(Type.String()),
      /** What a fault of memory may take, which can be less than was asked for. */
      memory_mb: Type.Optional(Type.Integer()),
    }),
  ),
})
export type FleetFaultResult = Static<typeof FleetFaultResult>

/** `GET /fault`: what is active, by port, then in the database. The only place that tells; no function of the agent reaches it. */
export const ActiveFaults = Type.Object({
  faults: Type.Array(
    Type.Object({
      ...FaultTarget,
      mode: FleetFaultMode,
      remaining_seconds: Type.Number(),
      p_error: Type.Optional(Type.Number()),
      latency_ms: Type.Optional(Type.Integer()),
      cpu_ms: Type.Optional(Type.Integer()),
      /** The share of one core that this instance may burn. */
      cpu_share: Type.Optional(Type.Number()),
      memory_mb: Type.Optional(Type.Integer()),
    }),
  ),
})
export type ActiveFaults = Static<typeof ActiveFaults>

/** The ranges are the instance's; its defaults are filled in there. */
function withoutDefault<S extends TSchema>(schema: S): S {
  // A schema's type says nothing of its default.
  const { default: _, ...rest } = schema as S & { default?: unknown }
  return rest as unknown as S
}
