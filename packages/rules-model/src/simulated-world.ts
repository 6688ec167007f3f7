import type { Diagnosis, ErrorRateResult, FetchCodeResult, FetchLogsResult, ListInstancesResult } from '@oncall-lab/on-call-agent/api'
import { answer } from './answer.ts'
import { METRIC_QUERIES, type MetricName } from './facts/metric-queries.ts'
import type { AssistantMessage, ChatMessage } from './openai-wire.ts'

/** When the tests' alerts begin to fire. */
export const FIRING_AT = Date.parse('2026-11-20T12:00:00Z')
/** When the investigation looks. */
export const NOW = FIRING_AT + 20_000

export const INSTANCE_NAMES = ['127.0.0.1:8001', '127.0.0.1:8002', '127.0.0.1:8003']
type LogEntry = FetchLogsResult['entries'][number]
type SeriesOf = { labels: Record<string, string>; points: [string, number | null][] }

/** What a simulated production shows; whatever is absent looks healthy. */
export interface World {
  alerts: { alertname: string; severity: string; summary: string; labels?: Record<string, string> }[]
  service: string
  /** By age. */
  log: LogEntry[]
  rate: ErrorRateResult
  instances: ListInstancesResult
  metrics: Partial<Record<MetricName, SeriesOf[]>>
  /** Whole files by path. */
  files: Record<string, string>
  /** Functions that fail: how often before they work (Infinity for ever). */
  broken: Record<string, { code: string; message: string; times: number }>
  ticket: (args: Record<string, unknown>) => object
}

/** A healthy shop of three instances; every part can be replaced. */
export function createWorld(changes: Partial<World> = {}): World {
  return {
    alerts: [
      {
        alertname: 'InventoryHighErrorRate',
        severity: 'critical',
        summary: 'inventory answers 80% of all requests with an error (1 minute)',
      },
    ],
    service: 'inventory',
    log: [],
    rate: errorRate(0),
    instances: {
      instances: INSTANCE_NAMES.map((name) => runningInstance(name)),
      load_balancer: { backends: INSTANCE_NAMES.map((name) => `http://${name}`) },
    },
    metrics: {},
    files: {},
    broken: {},
    ticket: ({ assignee }) => ({
      key: 'OPS-1',
      url: 'http://127.0.0.1:8089/jira/browse/OPS-1',
      assignee: assignee === undefined ? null : 'Ravi Kumar',
      existing: false,
    }),
    ...changes,
  }
}

export function runningInstance(
  instance: string,
  changes: Partial<ListInstancesResult['instances'][number]> = {},
): ListInstancesResult['instances'][number] {
  return {
    instance,
    port: Number(instance.split(':')[1]),
    pid: 4242,
    state: 'running',
    started_at: new Date(FIRING_AT - 3_600_000).toJSON(),
    restarts: 0,
    last_exit: null,
    ...changes,
  }
}

/** Error rates of the last minute and of the last 15 s; errors on the given routes and instances only. */
export function errorRate(
  share: number | null,
  {
    newest = share,
    routes = ['/items/:id'],
    instances = INSTANCE_NAMES,
    rps = 20,
  }: { newest?: number | null; routes?: string[]; instances?: string[]; rps?: number } = {},
): ErrorRateResult {
  const window = (window_seconds: number, rate: number | null) => ({
    window_seconds,
    requests_per_second: rate === null ? 0 : rps,
    errors_per_second: rate === null ? 0 : round(rps * rate),
    error_rate: rate,
  })
  const part = (errors: number, of: number, theirRps: number) => ({
    requests_per_second: theirRps,
    errors_per_second: round(errors / of),
    error_rate: theirRps === 0 ? null : round(errors / of / theirRps),
  })
  const errors = rps * (share ?? 0)
  return {
    last_minute: window(60, share),
    last_15_seconds: window(15, newest),
    by_route: [
      ...routes.map((route) => ({ route, ...part(errors, routes.length, rps / (routes.length + 1)) })),
      { route: '/healthz', requests_per_second: rps / (routes.length + 1), errors_per_second: 0, error_rate: 0 },
    ],
    by_instance: INSTANCE_NAMES.map((instance) => ({
      instance,
      ...part(instances.includes(instance) ? errors : 0, instances.length, rps / 3),
    })),
  }
}

function round(value: number): number {
  return Number(value.toFixed(3))
}

/** A log entry so many seconds before the world's now. */
export function logEntry(secondsAgo: number, changes: Partial<LogEntry> & { message: string }): LogEntry {
  return {
    ts: new Date(NOW - secondsAgo * 1000).toJSON(),
    level: 'error',
    instance: '127.0.0.1:8001',
    pid: 4242,
    status: 500,
    method: 'GET',
    ...changes,
  }
}

/** Twenty points over so many seconds until now; `value` gets the seconds before now. */
export function course(labels: Record<string, string>, rangeSeconds: number, value: (secondsAgo: number) => number | null): SeriesOf {
  const points = Array.from({ length: 20 }, (_, index): [string, number | null] => {
    const ago = rangeSeconds - (index * rangeSeconds) / 19
    return [new Date(NOW - ago * 1000).toJSON(), value(ago)]
  })
  return { labels, points }
}

/** One value now. */
export function present(labels: Record<string, string>, value: number): SeriesOf {
  return { labels, points: [[new Date(NOW).toJSON(), value]] }
}

const HEALTHY: Record<MetricName, () => SeriesOf[]> = {
  p95: () => [course({}, 300, () => 0.02)],
  p95_by_instance: () => INSTANCE_NAMES.map((instance) => present({ instance }, 0.02)),
  p95_by_route: () => [present({ route: '/items/:id' }, 0.02)],
  cpu: () => INSTANCE_NAMES.map((instance) => course({ instance }, 600, () => 0.05)),
  lag: () => INSTANCE_NAMES.map((instance) => course({ instance }, 300, () => 0.011)),
  memory: () => INSTANCE_NAMES.map((instance) => course({ instance }, 600, (ago) => 95e6 + (ago % 7) * 1e5)),
  memory_closely: () => INSTANCE_NAMES.map((instance) => course({ instance }, 60, (ago) => 95e6 + (ago % 7) * 1e5)),
  heap: () => INSTANCE_NAMES.map((instance) => course({ instance }, 600, () => 30e6)),
  external: () => INSTANCE_NAMES.map((instance) => course({ instance }, 600, () => 4e6)),
  traffic: () => [course({}, 600, () => 20)],
  error_ratio: () => [course({}, 900, () => 0)],
  up: () => INSTANCE_NAMES.map((instance) => course({ instance, job: 'inventory' }, 300, () => 1)),
  restarts: () =>
    INSTANCE_NAMES.map((instance) =>
      course({ port: instance.split(':')[1] ?? '', instance: '127.0.0.1:7070', job: 'process-manager' }, 600, () => 0),
    ),
  balancer_statuses: () => [present({ status: '200' }, 20)],
}

/** Answers one call as the agent's functions would, as JSON text. */
function call(world: World, used: Map<string, number>, name: string, args: Record<string, unknown>): string {
  const count = (used.get(name) ?? 0) + 1
  used.set(name, count)
  const broken = world.broken[name]
  if (broken && count <= broken.times) return JSON.stringify({ error: { code: broken.code, message: broken.message } })
  if (name === 'fetch_logs') return JSON.stringify(fetchLogs(world, args))
  if (name === 'compute_error_rate') return JSON.stringify(world.rate)
  if (name === 'list_instances') return JSON.stringify(world.instances)
  if (name === 'query_prometheus') return JSON.stringify(query(world, args))
  if (name === 'fetch_code_from_github') return JSON.stringify(fetchCode(world, args))
  if (name === 'create_jira_ticket') return JSON.stringify(world.ticket(args))
  return JSON.stringify({ error: { code: 'unknown_function', message: `There is no function ${name}` } })
}

/** Like the agent's own: the newest entries, a repeated stack only once, with its newest entry. */
function fetchLogs({ log }: World, { seconds, limit }: Record<string, unknown>): FetchLogsResult {
  const within = log.filter(({ ts }) => NOW - Date.parse(ts) <= Number(seconds) * 1000).sort((a, b) => a.ts.localeCompare(b.ts))
  const seen = new Set<string>()
  const entries = within
    .slice(-Number(limit))
    .toReversed()
    .map(({ stack, ...entry }) => {
      const first = stack !== undefined && !seen.has(stack)
      if (first) seen.add(stack)
      return first ? { ...entry, stack } : entry
    })
  return { window_seconds: Number(seconds), count: within.length, entries: entries.toReversed() }
}

function query({ metrics, service }: World, args: Record<string, unknown>): object {
  const names = Object.keys(METRIC_QUERIES) as MetricName[]
  const name = names.find((one) => {
    const metric: { query: (job: string) => string; rangeSeconds?: number } = METRIC_QUERIES[one]
    return metric.query(service) === args.query && metric.rangeSeconds === args.range_seconds
  })
  return { query: args.query, series: name === undefined ? [] : (metrics[name] ?? HEALTHY[name]()), left_out: 0 }
}

function fetchCode({ files }: World, args: Record<string, unknown>): FetchCodeResult | object {
  const path = String(args.file_path)
  const lines = files[path]?.split('\n')
  if (!lines) return { error: { code: 'not_found', message: `There is no file ${path}` } }
  const start = Number(args.start_line)
  const end = Math.min(Number(args.end_line), lines.length)
  const code = lines.slice(start - 1, end).map((line, index) => `${start + index}: ${line}`)
  return {
    repository: 'oncall-lab/oncall-lab',
    ref: 'main',
    file_path: path,
    start_line: start,
    end_line: end,
    total_lines: lines.length,
    code: code.join('\n'),
  }
}

const READ_TOOLS = ['fetch_logs', 'compute_error_rate', 'query_prometheus', 'list_instances', 'fetch_code_from_github']

/** One incident, from its alerts to its conversation, with every answer kept. */
export class SimulatedIncident {
  readonly messages: ChatMessage[]
  readonly rounds: { name: string; args: Record<string, unknown> }[][] = []
  /** Refusals to give to the next diagnoses, first one first. */
  refusals: string[] = []
  world: World
  readonly #used = new Map<string, number>()

  constructor(world: World) {
    this.world = world
    const alerts = world.alerts.map((alert) => ({
      service: world.service,
      starts_at: new Date(FIRING_AT).toJSON(),
      resolved_at: null,
      labels: { service: world.service, severity: alert.severity },
      ...alert,
    }))
    this.messages = [
      { role: 'system', content: 'You are the on-call engineer.' },
      { role: 'user', content: `Incident I1. These alerts are firing:\n${JSON.stringify({ alerts }, null, 1)}\nGood luck.` },
    ]
  }

  /** Runs until a diagnosis is accepted. @throws when none comes. */
  investigate(tools = [...READ_TOOLS, 'send_diagnosis']): Diagnosis {
    for (let step = 0; step < 12; step++) {
      // The agent offers only the two that must come first at first.
      const message = this.#take(step === 0 ? ['fetch_logs', 'compute_error_rate'].filter((name) => tools.includes(name)) : tools)
      for (const { id, function: called } of message.tool_calls ?? []) {
        const args = JSON.parse(called.arguments) as Record<string, unknown>
        if (called.name !== 'send_diagnosis') this.#result(id, call(this.world, this.#used, called.name, args))
        else {
          const refusal = this.refusals.shift()
          this.#result(
            id,
            JSON.stringify(refusal === undefined ? { accepted: true } : { error: { code: 'unsupported', message: refusal } }),
          )
          if (refusal === undefined) return args as unknown as Diagnosis
        }
      }
      if (!message.tool_calls) throw new Error(`Words instead of a diagnosis: ${message.content}`)
    }
    throw new Error('No diagnosis within 12 answers')
  }

  /** A person writes; the words that come back. The calls on the way are in `rounds`. */
  say(text: string, tools = [...READ_TOOLS, 'create_jira_ticket']): string {
    this.messages.push({ role: 'user', content: text })
    for (let step = 0; step < 5; step++) {
      const message = this.#take(tools)
      if (!message.tool_calls) return message.content ?? ''
      for (const { id, function: called } of message.tool_calls)
        this.#result(id, call(this.world, this.#used, called.name, JSON.parse(called.arguments)))
    }
    throw new Error('No words within 5 answers')
  }

  /** All calls of a function so far. */
  calls(name: string): Record<string, unknown>[] {
    return this.rounds.flat().flatMap((made) => (made.name === name ? [made.args] : []))
  }

  /** The text of a call's result. */
  resultOf(id: string): string | undefined {
    const message = this.messages.find((one) => one.role === 'tool' && one.tool_call_id === id)
    return message && typeof message.content === 'string' ? message.content : undefined
  }

  #take(tools: string[]): AssistantMessage {
    const message = answer(this.messages, tools)
    this.messages.push(message)
    if (message.tool_calls)
      this.rounds.push(message.tool_calls.map(({ function: { name, arguments: args } }) => ({ name, args: JSON.parse(args) })))
    return message
  }

  #result(id: string, content: string): void {
    this.messages.push({ role: 'tool', tool_call_id: id, content })
  }
}
