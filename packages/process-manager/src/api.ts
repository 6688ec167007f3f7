import { type FaultMode, INSTANCE_FAULTS, type FaultRequest as InstanceFaultRequest } from '@oncall-lab/inventory/api'
import { type Static, type TSchema, Type } from 'typebox'
import { LINK_FAULTS } from './database-access/link-faults.ts'
import { DATABASE_FAULTS } from './database-faults/database-fault-list.ts'
import { activeFault, type FleetFault, fleetFaultRequest } from './fleet-fault-schema.ts'

export * from './deploy-schema.ts'
export { FaultHistoryList } from './fault-history.ts'
export { FaultField, FaultModes, type FleetFault, fieldsOf } from './fleet-fault-schema.ts'
export { PartList, PartName, StartPartRequest, StartPartResult } from './part-schema.ts'
export { SETTINGS, SettingList, SettingRequest, SettingResult } from './setting-schema.ts'
export { RunningTraffic, TrafficRequest, TrafficState } from './traffic/traffic-schema.ts'

/**
 * After supervisord's process states. `starting` until the first healthy answer; `backoff` while a process that ended waits for its restart; `draining` while
 * the balancer takes it out; `stopping` until its process is gone; `fatal` when it was given up, until `POST /start`.
 */
export const InstanceState = Type.Enum(['starting', 'running', 'backoff', 'draining', 'stopping', 'fatal'])

const Nullable = <S extends TSchema>(schema: S) => Type.Union([schema, Type.Null()])

/** How a process ended. Both are null when it could not be started at all. */
const exitStatus = { code: Nullable(Type.Integer()), signal: Nullable(Type.String()) }

/** One end of a process of an instance. */
export const InstanceExit = Type.Object({
  /** RFC 3339, UTC. */
  at: Type.String(),
  ...exitStatus,
  uptime_seconds: Type.Number(),
  /** True when it was told to end. */
  expected: Type.Boolean(),
})
export type InstanceExit = Static<typeof InstanceExit>

/** One supervised inventory process. */
export const Instance = Type.Object({
  /** `127.0.0.1:8001`: the same name as Prometheus' `instance` label. */
  instance: Type.String(),
  port: Type.Integer(),
  /** Null while no process runs. */
  pid: Nullable(Type.Integer()),
  /** New for each process, which proves by it that it is ours; null while no process runs. */
  instance_id: Nullable(Type.String()),
  /** What the present process runs, or the last one did: `r4`, one of `GET /releases`. */
  release: Type.String(),
  /** Its commit, 40 hexadecimal digits; `unknown` before the first process. */
  commit: Type.String(),
  state: InstanceState,
  /** Why it is in `backoff` or `fatal`. */
  reason: Nullable(Type.String()),
  /** RFC 3339, UTC: start of the present process. */
  started_at: Nullable(Type.String()),
  /** Restarts after an exit that nobody asked for. */
  restarts: Type.Integer(),
  /** Out of the balancer though it runs, by `POST /drain` with `keep`, until `POST /undrain`. */
  drained: Type.Optional(Type.Literal(true)),
  /** The last exit that nobody asked for. */
  last_exit: Nullable(Type.Object({ at: Type.String(), ...exitStatus })),
  /** The last 20, newest last. */
  exits: Type.Array(InstanceExit),
})
export type Instance = Static<typeof Instance>

/** `GET /instances`, by port. Holds no trace of any fault. */
export const InstanceList = Type.Object({ instances: Type.Array(Instance) })
export type InstanceList = Static<typeof InstanceList>

const OF_AN_INSTANCE = ['exit', 'unresponsive', 'removed', 'drained', 'undrained'] as const
const OF_THE_FLEET = ['scaled', 'deploy_started', 'deploy_finished', 'deploy_stopped', 'setting_changed', 'part_started'] as const

/**
 * What happened to an instance: it entered a state, its process ended (`exit`), gave no answer any more (`unresponsive`), was taken out of the balancer or
 * put back, or it is no more (`removed`). And what was changed for the whole fleet: its size, its release, a setting, a part that was started.
 */
export const FleetEvent = Type.Object({
  /** Counts up. */
  id: Type.Integer(),
  /** RFC 3339, UTC. */
  at: Type.String(),
  /** Of an instance; with `deploy_stopped` the one that did not come up. */
  port: Type.Optional(Type.Integer()),
  type: Type.Enum([...InstanceState.enum, ...OF_AN_INSTANCE, ...OF_THE_FLEET]),
  /** Who asked for it: a call (`POST /scale by curl/8.5.0 at 127.0.0.1`), or `the supervisor` for what nobody asked for. */
  by: Type.String(),
  pid: Type.Optional(Type.Integer()),
  instance_id: Type.Optional(Type.String()),
  /** With `backoff`, `fatal`, `unresponsive` and `deploy_stopped`. */
  reason: Type.Optional(Type.String()),
  /** With `exit`, as the following ones. */
  code: Type.Optional(exitStatus.code),
  signal: Type.Optional(exitStatus.signal),
  uptime_seconds: Type.Optional(Type.Number()),
  expected: Type.Optional(Type.Boolean()),
  /** With a deploy: what it puts on these ports. */
  release: Type.Optional(Type.String()),
  ports: Type.Optional(Type.Array(Type.Integer())),
  /** What it was before: the release of the fleet, the number of instances, the value of the setting; null for a setting that was not set. */
  from: Type.Optional(Nullable(Type.String())),
  /** With `scaled` and `setting_changed`. */
  to: Type.Optional(Nullable(Type.String())),
  /** With `part_started`: which part. With `setting_changed`: whose setting (`inventory`), its name, and which change it is. */
  component: Type.Optional(Type.String()),
  setting: Type.Optional(Type.String()),
  version: Type.Optional(Type.Integer()),
})
export type FleetEvent = Static<typeof FleetEvent>

/** `GET /events?since=17`: only what came after that event, all of the last 1,000 without it. */
export const EventsQuery = Type.Object({ since: Type.Optional(Type.Integer({ minimum: 0 })) }, { additionalProperties: false })
/** Oldest first; `next` is the `since` of the next call. */
export const EventList = Type.Object({ events: Type.Array(FleetEvent), next: Type.Integer() })
export type EventList = Static<typeof EventList>

/**
 * `GET /backends?after=17&wait_seconds=10`: with `after`, the version that the caller has and uses, the answer is held until there is another one or the time
 * is over (Consul's blocking query). Whoever asks so acknowledges that version, which an instance that is taken out waits for.
 */
export const BackendsQuery = Type.Object(
  { after: Type.Optional(Type.Integer({ minimum: 0 })), wait_seconds: Type.Optional(Type.Integer({ minimum: 1, maximum: 30 })) },
  { additionalProperties: false },
)

/** `GET /backends`: the base addresses of all running instances, and the version of this list, which another list never had. */
export const BackendList = Type.Object({
  backends: Type.Array(Type.String()),
  version: Type.Integer(),
  /** What the balancer is to do differently than usual; its names are those of `GET /settings`. */
  settings: Type.Optional(Type.Record(Type.String(), Type.Union([Type.String(), Type.Integer()]))),
})
export type BackendList = Static<typeof BackendList>

/** `POST /scale`: how many instances there shall be, at most as many as there are ports. */
export const ScaleRequest = Type.Object({ replicas: Type.Integer({ minimum: 0 }) }, { additionalProperties: false })

/** `POST /start`: on this port, or on the lowest free one. Revives an instance that was given up. */
export const StartRequest = Type.Object({ port: Type.Optional(Type.Integer()) }, { additionalProperties: false })

/** `POST /stop`: exactly one of the two, whatever the instance's state. */
export const StopRequest = Type.Object(
  { port: Type.Optional(Type.Integer()), pid: Type.Optional(Type.Integer()) },
  { additionalProperties: false },
)

/** `POST /drain`: out of the balancer first, then stopped; with `keep` it goes on running and gets no requests, until `POST /undrain`. */
export const DrainRequest = Type.Object({ port: Type.Integer(), keep: Type.Boolean({ default: false }) }, { additionalProperties: false })

/** `POST /undrain` and `POST /restart`: one instance. */
export const PortRequest = Type.Object({ port: Type.Integer() }, { additionalProperties: false })

/** `POST /rolling-restart` takes nothing. */
export const RollingRestartRequest = Type.Object({}, { additionalProperties: false })

/** The answer of `/scale`, `/start`, `/stop`, `/drain` and `/undrain`, given when the started instances are running and the stopped ones are gone. */
export const ScaleResult = Type.Object({
  /** False when an instance did not become healthy at its first start (it stays supervised), or when the call was superseded. */
  ok: Type.Boolean(),
  /** The ports. */
  started: Type.Array(Type.Integer()),
  /** The ports. */
  stopped: Type.Array(Type.Integer()),
  /** How many instances there shall be now. */
  replicas: Type.Integer(),
  /** True when a later call asked for something else before this one was carried out. The last call wins; the earlier one is answered at once. */
  superseded: Type.Optional(Type.Boolean()),
})
export type ScaleResult = Static<typeof ScaleResult>

/** The answer of `/rolling-restart` and `/restart`. The ports that it names no more were stopped meanwhile. */
export const RollingRestartResult = Type.Object({
  /** False when a new process did not come up. Then the rest was left alone. */
  ok: Type.Boolean(),
  /** The ports, in the order of their restarts. */
  restarted: Type.Array(Type.Integer()),
  failed: Type.Optional(Type.Object({ port: Type.Integer(), reason: Type.String() })),
  /** The ports that were left alone. */
  remaining: Type.Array(Type.Integer()),
})
export type RollingRestartResult = Static<typeof RollingRestartResult>

/** Modes of the faults of the database, which all instances share. */
export type DatabaseFaultMode = (typeof DATABASE_FAULTS)[number]['mode']
/** Modes of the faults of the link between an instance and the database. */
export type LinkFaultMode = (typeof LINK_FAULTS)[number]['mode']
/** Everything that can be broken; `none` ends it. */
export type FleetFaultMode = FaultMode | LinkFaultMode | DatabaseFaultMode

/** All faults, those of the instances first. */
export const FLEET_FAULTS: readonly FleetFault[] = [
  ...INSTANCE_FAULTS.map((fault) => ({ ...fault, of: 'instances' as const })),
  ...LINK_FAULTS.map((fault) => ({ ...fault, of: 'instances' as const })),
  ...DATABASE_FAULTS.map((fault) => ({ ...fault, of: 'database' as const })),
]

/**
 * `POST /fault`: what to break, in which instances (all when `ports` is absent), and for how long: 120 s, or `ttl_seconds`. A missing field has the instance's default.
 * The fields of other modes of an instance are checked and do nothing; a fault of the database takes `ttl_seconds` alone.
 */
export const FleetFaultRequest = Type.Unsafe<
  { mode: FleetFaultMode; ports?: number[]; delay_ms?: number } & Partial<Omit<InstanceFaultRequest, 'mode' | 'cpu_share'>>
>(fleetFaultRequest(FLEET_FAULTS))
export type FleetFaultRequest = Static<typeof FleetFaultRequest>

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
export const ActiveFaults = Type.Unsafe<{
  faults: ({ port?: number; target?: 'database'; mode: FleetFaultMode; remaining_seconds: number; delay_ms?: number } & Partial<
    Omit<InstanceFaultRequest, 'mode' | 'ttl_seconds'>
  >)[]
}>(Type.Object({ faults: Type.Array(activeFault(FLEET_FAULTS, FaultTarget)) }))
export type ActiveFaults = Static<typeof ActiveFaults>
