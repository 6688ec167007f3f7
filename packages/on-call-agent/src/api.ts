import { type Static, Type } from 'typebox'
import { ACTION_EVENTS, Action, ActionLevel } from './action-record.ts'
import { Diagnosis } from './diagnosis.ts'
import { Nullable } from './nullable.ts'
import { Hypothesis, Phase } from './phases.ts'
import { SecondReading } from './second-reading.ts'
import { Usage } from './usage/usage.ts'

export * from './action-record.ts'
export { type ActionEvent, describeActionEvent, isActionEvent } from './action-words.ts'
export * from './bundle-record.ts'
export { CAUSE_CLASSES, CauseClass, CauseId } from './causes.ts'
export { Diagnosis, Priority } from './diagnosis.ts'
export { Inquiry, InquiryList, InquiryQuery, InquiryRequest, InquiryStep, SendAnswerArgs } from './inquiry.ts'
export { LookAnswer, LookRequest } from './look.ts'
export { Nullable } from './nullable.ts'
export { Hypothesis, PHASES, Phase } from './phases.ts'
export { SecondReading } from './second-reading.ts'
export { sumOfUsage, Usage, usageInWords } from './usage/usage.ts'

// ---- the agent's own API ----

/** What a connector (or the model) is: the vendor's own, a stand-in on this machine, or off. `GET /healthz` lists all of them. */
export const ConnectorFacts = Type.Object({
  id: Type.String(),
  /** For people: `WhatsApp`. */
  name: Type.String(),
  kind: Type.Enum(['real', 'stand_in', 'off']),
  address: Nullable(Type.String()),
  /** What else a person wants to know: an account, a project, a repository. Never a secret. */
  detail: Type.Optional(Type.String()),
  /** Why it is off. */
  why: Type.Optional(Type.String()),
  /** The variable that changes `kind` or `address`. */
  variable: Type.Optional(Type.String()),
})
export type ConnectorFacts = Static<typeof ConnectorFacts>

/** `GET /healthz`: `unpaged` are the refs of open incidents that nobody could be paged about. */
export const Health = Type.Object({ ok: Type.Boolean(), connectors: Type.Array(ConnectorFacts), unpaged: Type.Array(Type.String()) })

export const IncidentStatus = Type.Enum(['investigating', 'diagnosed', 'inconclusive', 'mitigating', 'resolved'])
export type IncidentStatus = Static<typeof IncidentStatus>

const Time = Type.String({ description: 'RFC 3339, UTC.' })

/** One firing of one alert. */
export const Episode = Type.Object({
  alertname: Type.String(),
  severity: Type.String(),
  summary: Type.String(),
  labels: Type.Record(Type.String(), Type.String()),
  annotations: Type.Optional(Type.Record(Type.String(), Type.String())),
  /** The sender's page about it. */
  generator_url: Type.Optional(Nullable(Type.String())),
  /** The trigger that it came by, and from where. */
  source: Type.Optional(Type.String()),
  fingerprint: Type.String(),
  /** When the rule began to fire, as Prometheus says. */
  starts_at: Time,
  /** When its webhook was stored. */
  received_at: Time,
  ends_at: Nullable(Time),
})
export type Episode = Static<typeof Episode>

const EscalationReason = Type.Enum(['no_answer', 'undelivered', 'snooze_over'], { type: 'string' })
const QueuedMessage = {
  message_id: Type.Integer(),
  to: Type.String(),
  body: Type.String(),
  message_kind: Type.Optional(Type.Enum(['page', 'answer', 'update', 'digest'], { type: 'string' })),
}

/** What has happened in an incident, in order. `id` is unique and grows over all incidents. */
export const TimelineEvent = Type.Object({
  id: Type.Integer(),
  incident_id: Type.String(),
  at: Time,
  event: Type.Union([
    Type.Object({
      kind: Type.Literal('alert_firing'),
      alertname: Type.String(),
      severity: Type.String(),
      starts_at: Time,
      reason: Type.Optional(Type.String()),
    }),
    Type.Object({
      kind: Type.Literal('alert_resolved'),
      alertname: Type.String(),
      ends_at: Time,
      source: Type.Enum(['alertmanager', 'api', 'reconciled']),
    }),
    Type.Object({ kind: Type.Literal('investigation_started'), model: Type.String() }),
    /** The work on the incident reached this phase, once; `summary` says what came of it all (`finalize`). */
    Type.Object({ kind: Type.Literal('phase'), phase: Phase, summary: Type.Optional(Type.String()) }),
    /** The causes that are considered, as they stand now; `reason` says why there is but one. */
    Type.Object({ kind: Type.Literal('hypotheses'), hypotheses: Type.Array(Hypothesis), reason: Type.Optional(Type.String()) }),
    /** One answer of the model: what it said and which functions it called. */
    Type.Object({
      kind: Type.Literal('step'),
      content: Nullable(Type.String()),
      tool_calls: Type.Array(Type.Object({ id: Type.String(), name: Type.String(), arguments: Type.String() })),
    }),
    Type.Object({
      kind: Type.Literal('tool_result'),
      tool_call_id: Type.String(),
      name: Type.String(),
      ok: Type.Boolean(),
      duration_ms: Type.Number(),
      result: Type.String(),
      /** What the result means, in one sentence. */
      summary: Type.Optional(Type.String()),
    }),
    /** `made_by` is `fallback` when no model could be used. */
    Type.Object({ kind: Type.Literal('diagnosis'), made_by: Type.Enum(['model', 'fallback']), diagnosis: Diagnosis }),
    /** The investigation ended without a diagnosis of the model's. */
    Type.Object({ kind: Type.Literal('investigation_failed'), reason: Type.String(), message: Type.String() }),
    /** Figures and places of the model's diagnosis that stand in no result; its confidence was lowered for them. */
    Type.Object({ kind: Type.Literal('struck_out'), parts: Type.Array(Type.String()) }),
    /** What the rules-model makes of a language model's diagnosis. */
    Type.Object({ kind: Type.Literal('second_reading'), ...SecondReading.properties }),
    /** What an investigation, a remedy or an answer to a person took. */
    Type.Object({ kind: Type.Literal('usage'), ...Usage.properties }),
    Type.Object({ kind: Type.Literal('message_received'), from: Type.String(), body: Type.String() }),
    Type.Object({ kind: Type.Literal('message_queued'), ...QueuedMessage }),
    /** The vendor has it; `vendor_id` is its name there. `form`: it went out as an approved template, which may hold less than its text. */
    Type.Object({
      kind: Type.Literal('message_sent'),
      message_id: Type.Integer(),
      vendor_id: Type.String(),
      form: Type.Optional(Type.Literal('template')),
    }),
    Type.Object({ kind: Type.Literal('message_delivered'), message_id: Type.Integer() }),
    /** The person opened it, as far as their channel tells; once for a message, after `message_delivered`. */
    Type.Object({ kind: Type.Literal('message_read'), message_id: Type.Integer() }),
    Type.Object({
      kind: Type.Literal('message_undelivered'),
      message_id: Type.Integer(),
      code: Type.String(),
      reason: Type.Optional(Type.String()),
    }),
    Type.Object({
      kind: Type.Literal('message_failed'),
      message_id: Type.Integer(),
      code: Type.String(),
      message: Type.String(),
      final: Type.Boolean(),
    }),
    /** `begun` is stored before the tracker is asked; `refused`: nothing was created; `unsettled`: none has turned up. */
    Type.Object({ kind: Type.Literal('ticket_attempt'), state: Type.Enum(['begun', 'refused', 'unsettled'], { type: 'string' }) }),
    Type.Object({ kind: Type.Literal('ticket_created'), key: Type.String(), url: Type.String(), assignee: Nullable(Type.String()) }),
    /** Somebody said that they are on it. */
    Type.Object({ kind: Type.Literal('acknowledged'), by: Type.String() }),
    /** A person wants no page about it until then. */
    Type.Object({ kind: Type.Literal('snoozed'), by: Type.String(), until: Time }),
    /** A person says that nothing is wrong. */
    Type.Object({ kind: Type.Literal('called_false_alarm'), by: Type.String() }),
    /** A person had this written to the ticket, or had it closed; stored before the tracker is asked, so that it is done once. */
    Type.Object({
      kind: Type.Literal('ticket_changed'),
      change: Type.Enum(['comment', 'close'], { type: 'string' }),
      key: Type.String(),
      by: Type.String(),
      /** The message that asked for it. */
      inbound_id: Type.Integer(),
    }),
    /** A page is repeated, or goes to the next contact: nobody has answered, or it does not get through. */
    Type.Object({ kind: Type.Literal('escalated'), to: Type.String(), message_id: Type.Integer(), reason: EscalationReason }),
    /** The person got enough pages in this hour: the next digest tells them. */
    Type.Object({ kind: Type.Literal('page_withheld'), to: Type.String(), severity: Type.String() }),
    /** A digest that this incident leads sums up all pages that were withheld from the person before it. */
    Type.Object({ kind: Type.Literal('digested'), to: Type.String(), message_id: Type.Integer(), incidents: Type.Integer() }),
    Type.Object({ kind: Type.Literal('incident_resolved') }),
    Type.Object({ kind: Type.Literal('incident_reopened'), reason: Type.Literal('flapping') }),
    ...ACTION_EVENTS,
  ]),
})
export type TimelineEvent = Static<typeof TimelineEvent>

export const Incident = Type.Object({
  id: Type.String(),
  /** Short enough to type on a phone: `I7`. */
  ref: Type.String(),
  status: IncidentStatus,
  /** The last one that was reached; null before the investigation begins. */
  phase: Type.Optional(Nullable(Phase)),
  severity: Type.String(),
  service: Type.String(),
  /** 500 at most: of a storm the oldest and the newest, those that fire before those that ended. */
  alerts: Type.Array(Episode),
  opened_at: Time,
  diagnosed_at: Nullable(Time),
  resolved_at: Nullable(Time),
  diagnosis: Nullable(Diagnosis),
  /** When somebody first said that they are on it, and who. */
  acknowledged_at: Type.Optional(Nullable(Time)),
  acknowledged_by: Type.Optional(Nullable(Type.String())),
  ticket: Nullable(Type.Object({ key: Type.String(), url: Type.String(), assignee: Nullable(Type.String()) })),
})
export type Incident = Static<typeof Incident>

/** An incident and where it opens in a browser. */
export const LinkedIncident = Type.Object({ ...Incident.properties, html_url: Type.String() })
export type LinkedIncident = Static<typeof LinkedIncident>

/** An incident as the list holds it: without the evidence, which may be long. */
export const IncidentSummary = Type.Object({
  ...Type.Omit(Incident, ['diagnosis']).properties,
  diagnosis: Nullable(Type.Pick(Diagnosis, ['status', 'root_cause', 'cause', 'class', 'component', 'confidence', 'priority'])),
  /** Opens in a browser. */
  html_url: Type.String(),
})
export type IncidentSummary = Static<typeof IncidentSummary>

/** `GET /api/incidents?…`: all members narrow the list. */
export const IncidentQuery = Type.Object(
  {
    status: Type.Optional(IncidentStatus),
    service: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
    /** Part of a service, an alert's name or summary, or the cause. */
    q: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
    /** Only older ones than this ref; `next` of the answer before. */
    before: Type.Optional(Type.String({ pattern: '^[iI]\\d{1,15}$', description: 'a ref, such as I7' })),
    limit: Type.Integer({ minimum: 1, maximum: 1_000, default: 100 }),
  },
  { additionalProperties: false },
)
export type IncidentQuery = Static<typeof IncidentQuery>

/** `GET /api/incidents`, newest first; `next` is null at the end. */
export const IncidentList = Type.Object({ incidents: Type.Array(IncidentSummary), next: Nullable(Type.String()) })
export type IncidentList = Static<typeof IncidentList>

/** `GET /api/incidents/{id}`; the id or the ref. */
export const IncidentWithTimeline = Type.Object({
  ...LinkedIncident.properties,
  /** As they were noted last. */
  hypotheses: Type.Array(Hypothesis),
  /** Of the newest diagnosis; null while there is none, or where the rules-model is the model. */
  second_reading: Type.Optional(Nullable(SecondReading)),
  /** All `usage` events together; null while there is none. */
  usage: Type.Optional(Nullable(Usage)),
  timeline: Type.Array(TimelineEvent),
  /** Proposed for it, oldest first. */
  actions: Type.Array(Action),
})
export type IncidentWithTimeline = Static<typeof IncidentWithTimeline>

/** `POST /api/incidents/{id}/messages`: the same conversation as the phone's. */
export const MessageRequest = Type.Object(
  { body: Type.String({ minLength: 1, maxLength: 1_600, pattern: '\\S' }) },
  { additionalProperties: false },
)

/** What a target, trigger, channel, tracker or the model is, for `GET /api/capabilities`. */
const Described = Type.Object({ name: Type.String(), description: Type.String() })
const DescribedAction = Type.Object({ ...Described.properties, level: ActionLevel })
export const Capabilities = Type.Object({
  model: ConnectorFacts,
  targets: Type.Array(
    Type.Object({
      ...ConnectorFacts.properties,
      sees: Type.Optional(Type.String()),
      functions: Type.Array(Described),
      actions: Type.Array(DescribedAction),
    }),
  ),
  triggers: Type.Array(ConnectorFacts),
  channels: Type.Array(ConnectorFacts),
  trackers: Type.Array(ConnectorFacts),
  /** `POST /api/inquiries`: what is asked about where a question names nothing, and how long an answer takes at most. */
  inquiries: Type.Optional(Type.Object({ service: Type.String(), seconds: Type.Number() })),
  /** Who decides about actions: `auto` lets the agent carry out what is not `high`. */
  actions_mode: Type.Optional(Type.Enum(['off', 'propose', 'approve', 'auto'], { type: 'string' })),
})
export type Capabilities = Static<typeof Capabilities>

/** `POST /human/decision`: as above, for the incident named by id or ref, or else the one that the phone would mean. */
export const HumanDecision = Type.Object(
  { decision: Type.String({ minLength: 1, maxLength: 1_600, pattern: '\\S' }), incident: Type.Optional(Type.String()) },
  { additionalProperties: false },
)
