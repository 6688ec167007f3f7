import { LogEntry } from '@oncall-lab/inventory/api'
import { Value } from 'typebox/value'
import { defineTool, type Tool } from '../../functions/tool.ts'
import { FetchLogsArgs, FetchLogsResult, summariseLogs } from '../../functions.ts'
import { fitLogs } from '../fit-logs.ts'
import { TEMPLATE_ENTRIES, templateSeconds, templatesOf } from '../log-templates.ts'
import { type Cluster, podsOf, reads, requirePlace } from './cluster.ts'
import type { Pod } from './objects.ts'
import { instanceOf } from './pod-instance.ts'

/** Of each pod. */
const MOST_LINES = 500
/** Words that mark a line of an unknown format as an error. */
const TROUBLE = /\b(?:error|exception|fatal|panic|critical|traceback)\b/i

/** `fetch_logs`: the error lines of the service's pods, those of a container that died included. */
export function fetchLogs(clusters: readonly Cluster[]): Tool {
  return defineTool({
    name: 'fetch_logs',
    description:
      'The newest error lines of the logs of all pods of the service, oldest first, and the last ten minutes by template: how often before the trouble and since, one example. A stack that repeats is given once.',
    parameters: FetchLogsArgs,
    result: FetchLogsResult,
    async run({ seconds, limit }, { incident, signal }): Promise<FetchLogsResult> {
      const place = requirePlace(clusters, incident)
      const pods = await podsOf(place, signal)
      const back = templateSeconds(seconds)
      const logs = await Promise.all(
        pods.flatMap((pod) =>
          wholeLog(pod).map(async (previous) => {
            const query = { sinceSeconds: back ?? seconds, tailLines: MOST_LINES, timestamps: true, ...(previous && { previous }) }
            // A pod whose container never started has no log, which its state says.
            const text = await reads.log(place.cluster, place.namespace, pod.metadata.name, query, signal).catch(ignoreRefusal)
            return text.split('\n').flatMap((line) => entryOf(line, pod) ?? [])
          }),
        ),
      )
      const sorted = logs.flat().toSorted((a, b) => Date.parse(a.ts) - Date.parse(b.ts))
      const newest = (within: number) => sorted.filter(({ ts }) => Date.parse(ts) >= Date.now() - within * 1_000)
      const entries = newest(seconds)
      const templates = back === undefined ? {} : templatesOf(newest(back).slice(-TEMPLATE_ENTRIES), incident)
      return { window_seconds: seconds, count: entries.length, entries: fitLogs(entries.slice(-limit)), ...templates }
    },
    summarise: summariseLogs,
  })
}

/** The log of the present container, and of the one before it where that one died. */
const wholeLog = ({ status }: Pod) => (status.containerStatuses?.some(({ lastState }) => lastState?.terminated) ? [false, true] : [false])

function ignoreRefusal(error: unknown): string {
  if (error instanceof Error && 'upstreamStatus' in error && error.upstreamStatus === 400) return ''
  throw error
}

/** A line `<time> <text>`: JSON in our own form as it is, JSON of others by the usual names, text where it speaks of trouble. */
function entryOf(line: string, pod: Pod): LogEntry | undefined {
  const [, at = '', text = ''] = /^(\S{20,40}) (.*)$/s.exec(line) ?? []
  if (Number.isNaN(Date.parse(at))) return undefined
  const { instance } = instanceOf(pod)
  const base = { ts: new Date(at).toISOString(), level: 'error', instance, pid: 0 }
  const parsed = parse(text)
  if (Value.Check(LogEntry, parsed)) return parsed
  if (parsed === undefined) return TROUBLE.test(text.slice(0, 2_000)) ? { ...base, message: text } : undefined
  const level = String(parsed.level ?? parsed.severity ?? '').toLowerCase()
  const message = [parsed.msg, parsed.message, parsed.error].find((each) => typeof each === 'string') ?? text
  const stack = [parsed.stack, parsed.stacktrace].find((each) => typeof each === 'string')
  // Pino's levels are numbers from 50 on.
  const isError = /^(?:err|error|fatal|panic|crit|critical)$/.test(level) || Number(level) >= 50
  return isError ? { ...base, message, ...(stack !== undefined && { stack }) } : undefined
}

function parse(text: string): Record<string, string | undefined> | undefined {
  if (!text.startsWith('{')) return undefined
  try {
    return JSON.parse(text) as Record<string, string | undefined> // Each field is checked where it is used.
  } catch {
    return undefined
  }
}
