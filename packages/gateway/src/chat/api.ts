import { Action, IncidentSummary } from '@oncall-lab/on-call-agent/api'
import { Type } from 'typebox'

/** `POST /ask`. */
export const AskRequest = Type.Object(
  { question: Type.String({ minLength: 1, maxLength: 1_000, pattern: '\\S' }) },
  { additionalProperties: false },
)
/** A question never acts, so `action_taken` is always null. */
export const AskAnswer = Type.Object({
  answer: Type.String(),
  incidents: Type.Array(IncidentSummary),
  action_taken: Type.Null(),
})

/** `GET /health`. */
export const ChatHealth = Type.Object({
  status: Type.Enum(['healthy', 'degraded'], { type: 'string' }),
  /** Whether a cluster can be seen. */
  k8s: Type.Boolean(),
  model: Type.String(),
  auto_action: Type.Boolean(),
})

export const Incidents = Type.Object({ incidents: Type.Array(IncidentSummary) })
export const Pending = Type.Object({ pending: Type.Array(Action) })
export const ApproveBody = Type.Object({ code: Type.Optional(Type.String({ pattern: '^\\d{4}$' })) }, { additionalProperties: false })
export const ById = Type.Object({ id: Type.String({ minLength: 1, maxLength: 64, pattern: '^[\\w-]+$' }) })

/** `GET /config`: what is connected, and what of it is real. */
export const Config = Type.Object({
  model: Type.String(),
  auto_action: Type.Boolean(),
  targets: Type.Array(Type.String()),
  triggers: Type.Array(Type.String()),
  channels: Type.Array(Type.String()),
  trackers: Type.Array(Type.String()),
  actions: Type.Array(Type.Object({ action: Type.String(), level: Type.String() })),
})

/** `POST /trigger-test`. */
export const TestTriggered = Type.Object({ status: Type.Literal('triggered'), alertname: Type.String(), incident_id: Type.String() })
