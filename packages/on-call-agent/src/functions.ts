// What the functions that a model may call take and return, and what a result means in words. Every result is the JSON text of a tool message.
import { LogEntry } from '@oncall-lab/inventory/api'
import { Instance } from '@oncall-lab/process-manager/api'
import { type Static, Type } from 'typebox'
import { Nullable, Priority } from './api.ts'

export * from './own-functions.ts'

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
/** Entries that say the same: `before` the trouble began, and `since`. */
const LogTemplate = Type.Object({
  example: Type.String(),
  error: Type.Optional(Type.String()),
  code: Type.Optional(Type.String()),
  before: Type.Integer(),
  since: Type.Integer(),
  /** In how many minutes of the time before: an earlier trouble fills few, a habit many. */
  minutes_before: Type.Integer(),
  first: Type.String(),
  last: Type.String(),
  instances: Type.Array(Type.String()),
  routes: Type.Optional(Type.Array(Type.String())),
  /** The topmost place in the service's own code. */
  frame: Type.Optional(Type.String()),
})
export type LogTemplate = Static<typeof LogTemplate>
export const FetchLogsResult = Type.Object({
  window_seconds: Type.Integer(),
  /** Entries in the window; more than `entries.length` when the limit cut it. The log holds errors only. */
  count: Type.Integer(),
  /** Oldest first. */
  entries: Type.Array(LogEntry),
  /** Of the last ten minutes, or of the window where that is longer; the newest few hundred entries. */
  templates: Type.Optional(Type.Array(LogTemplate)),
})
export type FetchLogsResult = Static<typeof FetchLogsResult>
export function summariseLogs({ count, window_seconds, entries }: FetchLogsResult): string {
  const top = topSignature(entries)
  if (!top) return `No error was logged in ${window_seconds} s.`
  return `${count} errors were logged in ${window_seconds} s, most often (${top.count}): ${top.message}.`
}

/** The most frequent message of some log entries; the newest wins a tie. */
export function topSignature(entries: LogEntry[]): { message: string; count: number } | undefined {
  const counts = new Map<string, number>()
  for (const { message } of entries) counts.set(message, (counts.get(message) ?? 0) + 1)
  return [...counts]
    .map(([message, count]) => ({ message, count }))
    .reduce<{ message: string; count: number } | undefined>((top, each) => (top && top.count > each.count ? top : each), undefined)
}

export const ErrorRateArgs = Type.Object({}, { additionalProperties: false })
/** Rates of one window; `error_rate` is null when no request came, which is not the same as 0. */
const ErrorRateWindow = Type.Object({
  window_seconds: Type.Integer(),
  requests_per_second: Type.Number(),
  errors_per_second: Type.Number(),
  /** 0..1. */
  error_rate: Nullable(Type.Number()),
})
/** Where requests have failed since the onset: the cells that have these values; null is any. */
const ErrorScope = Type.Object({
  instance: Nullable(Type.String()),
  route: Nullable(Type.String()),
  release: Nullable(Type.String()),
  requests: Type.Number(),
  errors: Type.Number(),
  error_rate: Type.Number(),
  error_rate_outside: Type.Number(),
  /** Against the other scopes, 0..1. */
  probability: Type.Number(),
})
export const ErrorRateResult = Type.Object({
  /** The alert's window: 60 s, longer where scrapes are far between, shorter where they are close together (`scrape-pace.ts`). */
  last_minute: ErrorRateWindow,
  /** The newest data (15 s, as few as three scrapes): tells whether it goes on. */
  last_15_seconds: ErrorRateWindow,
  /** Between two scrapes of the service, where that is known: a rate needs several. */
  scrape_seconds: Type.Optional(Type.Number()),
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
  /** By what the instances run, where a *_build_info metric says so. */
  by_release: Type.Optional(
    Type.Array(
      Type.Object({
        release: Type.String(),
        instances: Type.Array(Type.String()),
        requests_per_second: Type.Number(),
        errors_per_second: Type.Number(),
        error_rate: Nullable(Type.Number()),
      }),
    ),
  ),
  /** Answers a second over the last minute, most first. */
  by_status: Type.Optional(Type.Array(Type.Object({ status: Type.String(), requests_per_second: Type.Number() }))),
  /** When requests began to fail more than before within the last ten minutes, from the counts; null: they did not. `ended_at` when they stopped. */
  onset: Type.Optional(
    Nullable(
      Type.Object({
        at: Type.String(),
        ended_at: Nullable(Type.String()),
        error_rate_before: Type.Number(),
        error_rate_within: Type.Number(),
      }),
    ),
  ),
  /** Where, the likeliest first; one that names nothing: everywhere. */
  scopes: Type.Optional(Type.Array(ErrorScope)),
})
export type ErrorRateResult = Static<typeof ErrorRateResult>
export function summariseErrorRate({ last_minute: { error_rate, requests_per_second, window_seconds: seconds } }: ErrorRateResult): string {
  const window = seconds === 60 ? 'the last minute' : `the last ${seconds} s`
  if (error_rate === null) return `No request came in ${window}.`
  return `${(error_rate * 100).toFixed(0)} % of ${requests_per_second.toFixed(1)} requests/s failed in ${window}.`
}

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
export function summariseQuery({ series, left_out }: QueryPrometheusResult): string {
  const [first] = series
  if (!first) return 'No data matched.'
  const labels = Object.entries(first.labels).map(([name, value]) => `${name}=${value}`)
  return `${series.length + left_out} series; ${labels.join(', ') || 'the first'}: ${first.points.at(-1)?.[1] ?? 'no number'}.`
}

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
  /** The name of the pod, where it is one. */
  pod: Type.Optional(Type.String()),
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
export function summariseInstances({ instances }: ListInstancesResult): string {
  const running = instances.filter(({ state }) => state === 'running').length
  const others = instances.filter(({ state }) => state !== 'running').map(({ instance, state }) => `${instance} ${state}`)
  return `${running} of ${instances.length} instances run${others.length > 0 ? ` (${others.join(', ')})` : ''}.`
}

export const FetchCodeArgs = Type.Object(
  {
    file_path: Type.String({
      minLength: 1,
      maxLength: 300,
      description: 'Relative to the root of the repository, e.g. packages/inventory/src/app.ts.',
    }),
    start_line: Type.Optional(Type.Integer({ minimum: 1 })),
    end_line: Type.Optional(Type.Integer({ minimum: 1 })),
    commit: Type.Optional(
      Type.String({ pattern: '^[0-9a-fA-F]{7,40}$', description: 'The commit that runs, as list_instances says; without it the newest.' }),
    ),
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
export function summariseCode({ file_path, start_line, end_line, ref }: FetchCodeResult): string {
  return `${file_path}, lines ${start_line} to ${end_line}, at ${/^[0-9a-f]{40}$/.test(ref) ? ref.slice(0, 12) : ref}.`
}

export const ListIncidentsArgs = Type.Object(
  {
    service: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 20, description: 'At most this many, the newest; 10 without it.' })),
  },
  { additionalProperties: false },
)
const ListedIncident = Type.Object({
  ref: Type.String(),
  service: Type.String(),
  severity: Type.String(),
  status: Type.String(),
  /** Their names, each once. */
  alerts: Type.Array(Type.String()),
  opened_at: Type.String(),
  resolved_at: Nullable(Type.String()),
  cause: Nullable(Type.String()),
  root_cause: Nullable(Type.String()),
  confidence: Nullable(Type.Number()),
  ticket: Nullable(Type.String()),
})
export type ListedIncident = Static<typeof ListedIncident>
/** Newest first; not `complete` when there are older ones. */
export const ListIncidentsResult = Type.Object({ incidents: Type.Array(ListedIncident), complete: Type.Boolean() })
export type ListIncidentsResult = Static<typeof ListIncidentsResult>
export function summariseIncidents({ incidents }: ListIncidentsResult): string {
  const open = incidents.filter(({ status }) => status !== 'resolved').length
  return `${incidents.length} incidents, ${open} of them open.`
}

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
export function summariseTicket({ key, assignee, existing }: CreateTicketResult): string {
  return `${key} ${existing ? 'was there already' : 'was created'}, assigned to ${assignee ?? 'nobody'}.`
}
