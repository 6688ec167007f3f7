import { LogEntry } from '@oncall-lab/inventory/api'
import { Instance } from '@oncall-lab/process-manager/api'
import { type Static, Type } from 'typebox'

const Nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) => Type.Union([schema, Type.Null()])

// ---- what the functions take and return; every result is the JSON text of a tool message ----

/** A function that failed. Never to be read as "nothing there". */
export const ToolFailure = Type.Object({ error: Type.Object({ code: Type.String(), message: Type.String() }) })
export type ToolFailure = Static<typeof ToolFailure>

export const FetchLogsArgs = Type.Object(
  {
    seconds: Type.Integer({ minimum: 1, maximum: 3_600, description: 'How far back to look.' }),
    limit: Type.Integer({ minimum: 1, maximum: 200, description: 'At most this many entries, the newest.' }),
  },
  { additionalProperties: false },
)
export const FetchLogsResult = Type.Object({
  window_seconds: Type.Integer(),
  /** Entries in the window; more than `entries.length` when the limit cut it. The log holds errors only. */
  count: Type.Integer(),
  /** Oldest first. */
  entries: Type.Array(LogEntry),
})
export type FetchLogsResult = Static<typeof FetchLogsResult>

export const ErrorRateArgs = Type.Object({}, { additionalProperties: false })
/** Rates of one window; `error_rate` is null when no request came, which is not the same as 0. */
const ErrorRateWindow = Type.Object({
  window_seconds: Type.Integer(),
  requests_per_second: Type.Number(),
  errors_per_second: Type.Number(),
  /** 0..1. */
  error_rate: Nullable(Type.Number()),
})
export const ErrorRateResult = Type.Object({
  /** The alert's window (60 s). */
  last_minute: ErrorRateWindow,
  /** The newest data (15 s): tells whether it goes on. */
  last_15_seconds: ErrorRateWindow,
  /** Over the last minute; routes with requests only, most errors first. */
  by_route: Type.Array(
    Type.Object({
      route: Type.String(),
      requests_per_second: Type.Number(),
      errors_per_second: Type.Number(),
      error_rate: Nullable(Type.Number()),
    }),
  ),
  by_instance: Type.Array(
    Type.Object({
      instance: Type.String(),
      requests_per_second: Type.Number(),
      errors_per_second: Type.Number(),
      error_rate: Nullable(Type.Number()),
    }),
  ),
})
export type ErrorRateResult = Static<typeof ErrorRateResult>

export const QueryPrometheusArgs = Type.Object(
  {
    query: Type.String({ minLength: 1, maxLength: 2_000, description: 'PromQL.' }),
    range_seconds: Type.Optional(
      Type.Integer({
        minimum: 15,
        maximum: 21_600,
        description: 'Ask for the course of the last so many seconds; without it, for the present value.',
      }),
    ),
  },
  { additionalProperties: false },
)
/** `value` is null where Prometheus says NaN or infinite. Without a range `points` holds one point. An empty `series` means: no data matched. */
export const QueryPrometheusResult = Type.Object({
  query: Type.String(),
  series: Type.Array(
    Type.Object({
      labels: Type.Record(Type.String(), Type.String()),
      /** [RFC 3339, value], oldest first, at most 20 a series. */
      points: Type.Array(Type.Tuple([Type.String(), Nullable(Type.Number())])),
    }),
  ),
  /** Series that were left out (at most 30 are returned). */
  left_out: Type.Integer(),
})
export type QueryPrometheusResult = Static<typeof QueryPrometheusResult>

/** The end of a process; `expected` when somebody asked for it. */
const Exit = Type.Object({
  at: Type.String(),
  code: Nullable(Type.Integer()),
  signal: Nullable(Type.String()),
  uptime_seconds: Type.Number(),
  expected: Type.Boolean(),
})

/** An instance as its supervisor lists it; what an older one does not tell is absent. */
export const ListedInstance = Type.Object({
  ...Instance.properties,
  instance_id: Type.Optional(Nullable(Type.String())),
  release: Type.Optional(Nullable(Type.String())),
  commit: Type.Optional(Nullable(Type.String())),
  /** Why it waits for its restart, or was given up. */
  reason: Type.Optional(Nullable(Type.String())),
  /** The newest last; `list_instances` gives the last three. */
  exits: Type.Optional(Type.Array(Exit)),
})
export type ListedInstance = Static<typeof ListedInstance>

export const ListInstancesArgs = Type.Object({}, { additionalProperties: false })
export const ListInstancesResult = Type.Object({
  instances: Type.Array(ListedInstance),
  /** What the load balancer sends to; or why that could not be asked. */
  load_balancer: Type.Union([Type.Object({ backends: Type.Array(Type.String()) }), ToolFailure]),
})
export type ListInstancesResult = Static<typeof ListInstancesResult>

export const FetchCodeArgs = Type.Object(
  {
    file_path: Type.String({
      minLength: 1,
      maxLength: 300,
      description: 'Relative to the root of the repository, e.g. packages/inventory/src/app.ts.',
    }),
    start_line: Type.Optional(Type.Integer({ minimum: 1 })),
    end_line: Type.Optional(Type.Integer({ minimum: 1 })),
  },
  { additionalProperties: false },
)
export const FetchCodeResult = Type.Object({
  repository: Type.String(),
  ref: Type.String(),
  file_path: Type.String(),
  start_line: Type.Integer(),
  end_line: Type.Integer(),
  total_lines: Type.Integer(),
  /** Each line as `<number>: <text>`. */
  code: Type.String(),
})
export type FetchCodeResult = Static<typeof FetchCodeResult>

export const Priority = Type.Enum(['low', 'medium', 'high', 'critical'], { type: 'string' })
export type Priority = Static<typeof Priority>

/** `send_diagnosis`: how an investigation ends. */
export const Diagnosis = Type.Object(
  {
    status: Type.Enum(['diagnosed', 'suspected', 'inconclusive', 'recovered', 'false_alarm'], {
      type: 'string',
      description:
        'diagnosed: the evidence shows the cause; suspected: it fits best; inconclusive: it cannot be told from what could be seen; recovered: it stopped meanwhile; false_alarm: nothing was wrong.',
    }),
    root_cause: Type.String({ minLength: 1, maxLength: 1_000 }),
    confidence: Type.Number({ minimum: 0, maximum: 1 }),
    evidence: Type.Array(
      Type.Object(
        {
          tool_call_id: Type.String(),
          quote: Type.String({ minLength: 1, maxLength: 500, description: 'Word for word out of the result of that call.' }),
        },
        { additionalProperties: false },
      ),
      { maxItems: 10 },
    ),
    priority: Priority,
    next_steps: Type.Array(Type.String({ minLength: 1, maxLength: 300 }), { minItems: 1, maxItems: 8 }),
    affected_file: Type.Optional(Type.String({ description: 'Only if the evidence names one. Relative to the root of the repository.' })),
    line_number: Type.Optional(Type.Integer({ minimum: 1 })),
    component: Type.Optional(Type.String()),
    instances: Type.Optional(Type.Array(Type.String())),
    routes: Type.Optional(Type.Array(Type.String())),
    suggested_fix: Type.Optional(Type.String({ maxLength: 1_000 })),
    alternatives: Type.Optional(
      Type.Array(Type.String({ maxLength: 300 }), {
        maxItems: 5,
        description: 'Other causes that were considered, and what speaks against each.',
      }),
    ),
  },
  { additionalProperties: false },
)
export type Diagnosis = Static<typeof Diagnosis>
export const SendDiagnosisResult = Type.Object({ accepted: Type.Literal(true) })

export const CreateTicketArgs = Type.Object(
  {
    summary: Type.String({ minLength: 1, maxLength: 255 }),
    description: Type.String({ minLength: 1, maxLength: 8_000 }),
    assignee: Type.Optional(Type.String({ minLength: 1, maxLength: 100, description: 'The name as the person wrote it.' })),
    priority: Type.Optional(Priority),
  },
  { additionalProperties: false },
)
/** `existing` is true when this incident had its ticket already; nothing was created then. */
export const CreateTicketResult = Type.Object({
  key: Type.String(),
  url: Type.String(),
  assignee: Nullable(Type.String()),
  existing: Type.Boolean(),
})
export type CreateTicketResult = Static<typeof CreateTicketResult>

// ---- the agent's own API ----

export const IncidentStatus = Type.Enum(['investigating', 'diagnosed', 'inconclusive', 'resolved'])
export type IncidentStatus = Static<typeof IncidentStatus>

const Time = Type.String({ description: 'RFC 3339, UTC.' })

/** One firing of one alert. */
export const Episode = Type.Object({
  alertname: Type.String(),
  severity: Type.String(),
  summary: Type.String(),
  labels: Type.Record(Type.String(), Type.String()),
  fingerprint: Type.String(),
  /** When the rule began to fire, as Prometheus says. */
  starts_at: Time,
  /** When its webhook was stored. */
  received_at: Time,
  ends_at: Nullable(Time),
})
export type Episode = Static<typeof Episode>

/** What has happened in an incident, in order. `id` is unique and grows over all incidents. */
export const TimelineEvent = Type.Object({
  id: Type.Integer(),
  incident_id: Type.String(),
  at: Time,
  event: Type.Union([
    Type.Object({ kind: Type.Literal('alert_firing'), alertname: Type.String(), severity: Type.String(), starts_at: Time }),
    Type.Object({
      kind: Type.Literal('alert_resolved'),
      alertname: Type.String(),
      ends_at: Time,
      source: Type.Enum(['alertmanager', 'reconciled']),
    }),
    Type.Object({ kind: Type.Literal('investigation_started'), model: Type.String() }),
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
    }),
    /** `made_by` is `fallback` when no model could be used. */
    Type.Object({ kind: Type.Literal('diagnosis'), made_by: Type.Enum(['model', 'fallback']), diagnosis: Diagnosis }),
    /** The investigation ended without a diagnosis of the model's. */
    Type.Object({ kind: Type.Literal('investigation_failed'), reason: Type.String(), message: Type.String() }),
    Type.Object({ kind: Type.Literal('message_received'), from: Type.String(), body: Type.String() }),
    Type.Object({ kind: Type.Literal('message_queued'), message_id: Type.Integer(), to: Type.String(), body: Type.String() }),
    Type.Object({ kind: Type.Literal('message_sent'), message_id: Type.Integer(), sid: Type.String() }),
    Type.Object({
      kind: Type.Literal('message_failed'),
      message_id: Type.Integer(),
      code: Type.String(),
      message: Type.String(),
      final: Type.Boolean(),
    }),
    Type.Object({ kind: Type.Literal('ticket_created'), key: Type.String(), url: Type.String(), assignee: Nullable(Type.String()) }),
    Type.Object({ kind: Type.Literal('incident_resolved') }),
  ]),
})
export type TimelineEvent = Static<typeof TimelineEvent>

export const Incident = Type.Object({
  id: Type.String(),
  /** Short enough to type on a phone: `I7`. */
  ref: Type.String(),
  status: IncidentStatus,
  severity: Type.String(),
  service: Type.String(),
  alerts: Type.Array(Episode),
  opened_at: Time,
  diagnosed_at: Nullable(Time),
  resolved_at: Nullable(Time),
  diagnosis: Nullable(Diagnosis),
  ticket: Nullable(Type.Object({ key: Type.String(), url: Type.String(), assignee: Nullable(Type.String()) })),
})
export type Incident = Static<typeof Incident>

/** `GET /api/incidents`, newest first. */
export const IncidentList = Type.Object({ incidents: Type.Array(Incident) })
export type IncidentList = Static<typeof IncidentList>

/** `GET /api/incidents/{id}`; the id or the ref. */
export const IncidentWithTimeline = Type.Intersect([Incident, Type.Object({ timeline: Type.Array(TimelineEvent) })])
export type IncidentWithTimeline = Static<typeof IncidentWithTimeline>

/** `POST /api/incidents/{id}/messages`: the same conversation as the phone's. */
export const MessageRequest = Type.Object(
  { body: Type.String({ minLength: 1, maxLength: 1_600, pattern: '\\S' }) },
  { additionalProperties: false },
)

/** `POST /human/decision`: as above, for the incident named by id or ref, or else the one that the phone would mean. */
export const HumanDecision = Type.Object(
  { decision: Type.String({ minLength: 1, maxLength: 1_600, pattern: '\\S' }), incident: Type.Optional(Type.String()) },
  { additionalProperties: false },
)
