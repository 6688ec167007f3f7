import type { LogEntry } from '@oncall-lab/inventory/api'
import type { Incident } from '../api.ts'
import type { LogTemplate } from '../functions.ts'

const MOST = 8
const EXAMPLE_CHARS = 200
/** Rates fill and rules wait: a trouble is older than its alert. */
const LEAD_MS = 120_000
const FRAME = /^\s*at (?:.*\()?([\w@./-]+\.\w+:\d+):\d+\)?\s*$/
const FOREIGN = /node_modules\/|^internal\//

/** A look at the newest few seconds asks whether it goes on, and not what it is. */
const SHORT_LOOK = 60
const TEMPLATE_SECONDS = 600
/** Of that longer look, so many of the newest entries. */
export const TEMPLATE_ENTRIES = 300

/** How far back templates are made from, beside a look at the newest so many seconds; undefined for a short look, which has none. */
export const templateSeconds = (seconds: number) => (seconds < SHORT_LOOK ? undefined : Math.max(seconds, TEMPLATE_SECONDS))

/** The templates of a longer look, for the result of `fetch_logs`; "before" is before the first alert of the incident. */
export function templatesOf(entries: readonly LogEntry[], { alerts }: Pick<Incident, 'alerts'>): { templates?: LogTemplate[] } {
  const starts = alerts.map(({ starts_at }) => Date.parse(starts_at)).filter((at) => !Number.isNaN(at))
  return entries.length === 0 ? {} : { templates: summariseTemplates(entries, starts.length > 0 ? Math.min(...starts) : undefined) }
}

/** A message without what differs from one time to the next. */
export function templateOf(message: string): string {
  return message
    .replace(/["'`][^"'`]*["'`]/g, '…')
    .replace(/\b[0-9a-f]*\d[0-9a-f-]*\b/gi, '#')
    .replace(/\s+/g, ' ')
    .trim()
}

/**
 * Entries by what they say, most of late first: how often before the trouble and since, when first and last, one example, and the topmost place in the own code. `alertedAt` is when the
 * first alert began to fire; without it there is no "before".
 */
export function summariseTemplates(entries: readonly LogEntry[], alertedAt: number | undefined): LogTemplate[] {
  const began = alertedAt === undefined ? Number.NEGATIVE_INFINITY : alertedAt - LEAD_MS
  const groups = Map.groupBy(entries, ({ error, code, message }) => JSON.stringify([error, code, templateOf(message)]))
  return [...groups.values()]
    .flatMap((group) => describe(group, began))
    .sort((a, b) => b.since - a.since || b.before - a.before)
    .slice(0, MOST)
}

function describe(group: LogEntry[], began: number): LogTemplate[] {
  const sorted = group.toSorted((a, b) => a.ts.localeCompare(b.ts))
  const [first, last] = [sorted[0], sorted.at(-1)]
  if (!first || !last) return []
  const earlier = sorted.map(({ ts }) => Date.parse(ts)).filter((at) => at < began)
  const before = earlier.length
  const frame = sorted.map(({ stack }) => topFrame(stack)).find(Boolean)
  const routes = [...new Set(sorted.flatMap(({ route }) => route ?? []))].sort()
  return [
    {
      example: last.message.slice(0, EXAMPLE_CHARS).toWellFormed(),
      ...(last.error && { error: last.error }),
      ...(last.code && { code: last.code }),
      before,
      since: sorted.length - before,
      minutes_before: new Set(earlier.map((at) => Math.floor(at / 60_000))).size,
      first: first.ts,
      last: last.ts,
      instances: [...new Set(sorted.map(({ instance }) => instance))].sort().slice(0, 6),
      ...(routes.length > 0 && { routes: routes.slice(0, 6) }),
      ...(frame && { frame }),
    },
  ]
}

function topFrame(stack: string | undefined): string | undefined {
  return stack
    ?.split('\n')
    .flatMap((line) => FRAME.exec(line)?.[1] ?? [])
    .find((place) => !FOREIGN.test(place))
}
