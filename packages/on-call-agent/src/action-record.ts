// Actions as they cross the wire: the record of one, and what its timeline events hold. `api.ts` passes all of it on.
import { type Static, Type } from 'typebox'

const Time = Type.String({ description: 'RFC 3339, UTC.' })
const OrNull = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) => Type.Union([schema, Type.Null()])

/** How much an action can break. `high` is always a person's decision. */
export const ActionLevel = Type.Enum(['safe', 'medium', 'high'], { type: 'string' })
export type ActionLevel = Static<typeof ActionLevel>

/**
 * Where an action stands. `approved`: allowed, about to start. `started`: it may have had its effect. All others are final: `void`: the world or the
 * policy changed before it ran; `verified`: the figures that were bad are good and its alerts silent; `no_effect`: they are not; `worse`: they
 * became worse; `coincidence`: they had recovered before it ran; `failed`: it was not carried out; `unknown`: nobody can tell whether it was.
 */
export const ActionStatus = Type.Enum(
  ['proposed', 'approved', 'denied', 'expired', 'void', 'started', 'verified', 'no_effect', 'worse', 'coincidence', 'failed', 'unknown'],
  { type: 'string' },
)
export type ActionStatus = Static<typeof ActionStatus>

/** The figures by which an action was judged; `before` and `after` are null where nothing could be read. */
export const ActionVerification = Type.Object({
  /** One figure, such as `error_rate` (0..1), `latency_p95_seconds` or `instances_down`. */
  sli: Type.String(),
  before: OrNull(Type.Number()),
  after: OrNull(Type.Number()),
  /** Of the incident's alerts, those that still fire. */
  firing: Type.Array(Type.String()),
  seconds: Type.Number(),
})
export type ActionVerification = Static<typeof ActionVerification>

/** What became of undoing it. */
export const ActionUndo = Type.Enum(['started', 'done', 'failed', 'unknown'], { type: 'string' })
export type ActionUndo = Static<typeof ActionUndo>

/** One proposed action and what became of it. The code that approves it stands in the message to the person alone. */
export const Action = Type.Object({
  /** Short enough to type: `A7`. */
  id: Type.String(),
  incident_id: Type.String(),
  service: Type.String(),
  /** One of the closed list, such as `restart_instance`. */
  action: Type.String(),
  arguments: Type.Record(Type.String(), Type.Unknown()),
  level: ActionLevel,
  /** What it will do, in words. */
  says: Type.String(),
  /** Why the model proposes it. */
  reason: Type.String(),
  /** What a simulation said before it was proposed. */
  simulation: Type.String(),
  status: ActionStatus,
  /** Why it is in this status, in words; null while it is open. */
  status_reason: OrNull(Type.String()),
  /** Why it was allowed, or a person is asked: `level_high`, `mode_approve`, …. */
  permission: Type.String(),
  /** sha256 over incident, action, arguments and policy, hexadecimal: what an approval is bound to. */
  digest: Type.String(),
  proposed_at: Time,
  /** Silence until then is no. */
  expires_at: Time,
  decided_at: OrNull(Time),
  /** Who approved or denied it: an address, or `auto`. */
  decided_by: OrNull(Type.String()),
  started_at: OrNull(Time),
  ended_at: OrNull(Time),
  /** What the system acted upon answered. */
  output: OrNull(Type.String()),
  verification: OrNull(ActionVerification),
  undo: OrNull(ActionUndo),
})
export type Action = Static<typeof Action>

/** `GET /api/actions?…`: all members narrow the list. */
export const ActionQuery = Type.Object(
  {
    status: Type.Optional(ActionStatus),
    /** Id or ref of an incident. */
    incident: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
    limit: Type.Integer({ minimum: 1, maximum: 1_000, default: 100 }),
  },
  { additionalProperties: false },
)
export type ActionQuery = Static<typeof ActionQuery>

/** `GET /api/actions`, newest first. */
export const ActionList = Type.Object({ actions: Type.Array(Action) })
export type ActionList = Static<typeof ActionList>

/** `POST /api/actions`: a proposal of another program. */
export const ProposeRequest = Type.Object(
  {
    /** Id or ref. */
    incident: Type.String({ minLength: 1, maxLength: 64 }),
    action: Type.String({ minLength: 1, maxLength: 60 }),
    arguments: Type.Record(Type.String(), Type.Unknown()),
    reason: Type.String({ minLength: 1, maxLength: 600, pattern: '\\S' }),
  },
  { additionalProperties: false },
)
export type ProposeRequest = Static<typeof ProposeRequest>
/** The answer: its id, and what it would do. */
export const Proposed = Type.Object({ proposed: Type.String(), says: Type.String() })
export type Proposed = Static<typeof Proposed>

/** `POST /api/actions/{id}/approve`: who writes here needs no code; one that is given must be right. */
export const ApproveRequest = Type.Object({ code: Type.Optional(Type.String({ pattern: '^\\d{4}$' })) }, { additionalProperties: false })
/** `POST /api/actions/{id}/deny`: the reason goes to the model, which may propose something else. */
export const DenyRequest = Type.Object(
  { reason: Type.Optional(Type.String({ minLength: 1, maxLength: 500, pattern: '\\S' })) },
  { additionalProperties: false },
)

const ofAction = { action_id: Type.String(), action: Type.String() }

/** What a timeline holds of actions. */
export const ACTION_EVENTS = [
  /** A proposal that code refused; no action was made of it. */
  Type.Object({
    kind: Type.Literal('action_refused'),
    action: Type.String(),
    arguments: Type.Unknown(),
    reason: Type.String(),
    message: Type.String(),
  }),
  Type.Object({
    kind: Type.Literal('action_proposed'),
    ...ofAction,
    arguments: Type.Record(Type.String(), Type.Unknown()),
    level: ActionLevel,
    says: Type.String(),
    reason: Type.String(),
    simulation: Type.String(),
    permission: Type.String(),
    expires_at: Time,
  }),
  Type.Object({ kind: Type.Literal('action_approved'), ...ofAction, by: Type.String(), permission: Type.String() }),
  Type.Object({ kind: Type.Literal('action_denied'), ...ofAction, by: Type.String(), reason: OrNull(Type.String()) }),
  Type.Object({ kind: Type.Literal('action_expired'), ...ofAction }),
  Type.Object({ kind: Type.Literal('action_void'), ...ofAction, reason: Type.String() }),
  /** Stored before anything is done. */
  Type.Object({ kind: Type.Literal('action_started'), ...ofAction, says: Type.String() }),
  /** It had its effect; what it brought about is still to be seen. `due`: when that can be told at the latest, where an alert's rule looks back, in words. */
  Type.Object({ kind: Type.Literal('action_ran'), ...ofAction, output: Type.String(), due: Type.Optional(Type.String()) }),
  Type.Object({
    kind: Type.Literal('action_verified'),
    ...ofAction,
    outcome: Type.Enum(['verified', 'no_effect', 'worse', 'coincidence'], { type: 'string' }),
    message: Type.String(),
    verification: ActionVerification,
  }),
  Type.Object({ kind: Type.Literal('action_undone'), ...ofAction, outcome: ActionUndo, output: Type.String() }),
  Type.Object({ kind: Type.Literal('action_failed'), ...ofAction, reason: Type.String() }),
  Type.Object({ kind: Type.Literal('action_unknown'), ...ofAction, reason: Type.String() }),
] as const
