import { FaultMode } from '@oncall-lab/inventory/api'
import { type Static, Type } from 'typebox'

/** `starting` until the first healthy answer; `backoff` while a crashed instance waits for its restart. */
export const InstanceState = Type.Enum(['starting', 'running', 'backoff', 'stopping'])

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

/** `POST /fault`: an instance's fault request, and which instances (all when `ports` is absent). */
export const FleetFaultRequest = Type.Object(
  {
    mode: FaultMode,
    p_error: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
    latency_ms: Type.Optional(Type.Integer({ minimum: 1, maximum: 30_000 })),
    cpu_ms: Type.Optional(Type.Integer({ minimum: 1, maximum: 5_000 })),
    ports: Type.Optional(Type.Array(Type.Integer(), { minItems: 1, uniqueItems: true })),
    ttl_seconds: Type.Optional(Type.Integer({ minimum: 1, maximum: 3_600 })),
  },
  { additionalProperties: false },
)
export type FleetFaultRequest = Static<typeof FleetFaultRequest>

/** The answer of `POST /fault`: `ok` when every instance took it. */
export const FleetFaultResult = Type.Object({
  ok: Type.Boolean(),
  results: Type.Array(Type.Object({ port: Type.Integer(), ok: Type.Boolean(), error: Type.Optional(Type.String()) })),
})
export type FleetFaultResult = Static<typeof FleetFaultResult>

/** `GET /fault`: what is active, by port. The only place that tells; no function of the agent reaches it. */
export const ActiveFaults = Type.Object({
  faults: Type.Array(
    Type.Object({
      port: Type.Integer(),
      mode: FaultMode,
      remaining_seconds: Type.Number(),
      p_error: Type.Optional(Type.Number()),
      latency_ms: Type.Optional(Type.Integer()),
      cpu_ms: Type.Optional(Type.Integer()),
    }),
  ),
})
export type ActiveFaults = Static<typeof ActiveFaults>
