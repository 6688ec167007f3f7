import type {
  CreateTicketResult,
  ErrorRateResult,
  FetchCodeResult,
  FetchLogsResult,
  ListInstancesResult,
  QueryPrometheusResult,
  ToolFailure,
} from '@oncall-lab/on-call-agent/functions'

const LONGEST = 110

/** What a function returned, in one line for a person. Anything unexpected is shown as the beginning of its text. */
export function describeToolResult(name: string, ok: boolean, result: string): string {
  try {
    const value: unknown = JSON.parse(result)
    if (!ok) return `failed: ${(value as ToolFailure).error.message}`
    const describe = DESCRIBERS[name]
    return clip(describe ? describe(value) : result)
  } catch {
    return clip(result) // Shortened or garbled: its own text is the best account.
  }
}

/** The text in one line of at most 110 characters. */
export function clip(text: string, longest = LONGEST): string {
  const line = text.replaceAll(/\s+/g, ' ').trim()
  return line.length <= longest ? line : `${line.slice(0, longest - 1)}…`
}

// The agent's api.ts fixes what each function returns; what does not fit throws and is shown as text.
const DESCRIBERS: Record<string, (value: unknown) => string> = {
  fetch_logs: (value) => {
    const { count, window_seconds, entries } = value as FetchLogsResult
    const newest = entries.at(-1)
    return `${count} errors in ${window_seconds} s${newest ? `; the newest: ${newest.message}` : ''}`
  },
  compute_error_rate: (value) => {
    const { last_minute, last_15_seconds } = value as ErrorRateResult
    return `${percent(last_minute.error_rate)} of all requests fail (last minute), ${percent(last_15_seconds.error_rate)} (last 15 s)`
  },
  query_prometheus: (value) => {
    const { series } = value as QueryPrometheusResult
    const [first] = series
    const newest = first?.points.at(-1)?.[1] ?? null
    return first ? `${series.length} series; ${JSON.stringify(first.labels)} = ${newest}` : 'no data matched'
  },
  list_instances: (value) => {
    const { instances } = value as ListInstancesResult
    return `${instances.length} instances: ${instances.map(({ port, state, restarts }) => `${port} ${state}${restarts ? `, ${restarts} restarts` : ''}`).join('; ')}`
  },
  create_jira_ticket: (value) => {
    const { key, assignee, existing } = value as CreateTicketResult
    return `${key} ${existing ? 'was there already' : 'created'}, assigned to ${assignee ?? 'nobody'}`
  },
  fetch_code_from_github: (value) => {
    const { file_path, start_line, end_line, ref } = value as FetchCodeResult
    return `${file_path}, lines ${start_line} to ${end_line}, at ${/^[0-9a-f]{40}$/.test(ref) ? ref.slice(0, 12) : ref}`
  },
}

function percent(share: number | null): string {
  return share === null ? 'no data on how many' : `${(share * 100).toFixed(0)} %`
}
