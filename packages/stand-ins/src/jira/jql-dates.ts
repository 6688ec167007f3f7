import type { Issue } from './issue-store.ts'

const UNIT_MS: Record<string, number> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 }

/** When something happened to an issue, in milliseconds since 1970; undefined for what has not happened. */
export function dateField(field: string): ((issue: Issue) => number | undefined) | undefined {
  switch (field.toLowerCase()) {
    case 'created':
    case 'createddate':
      return ({ createdMs }) => createdMs
    case 'updated':
    case 'updateddate':
      return ({ updatedMs }) => updatedMs
    case 'resolved':
    case 'resolutiondate':
      return ({ more }) => more.resolvedMs
    case 'due':
    case 'duedate':
      return ({ more }) => (more.duedate === undefined ? undefined : Date.parse(more.duedate))
    default:
      return undefined
  }
}

/** A date of JQL: `-2h`, `2026-11-29`, `"2026/11/29 10:30"`, `now()`, `startOfDay()`; undefined for anything else. */
export function readDate(text: string, nowMs: number): number | undefined {
  const relative = /^([+-]?)(\d{1,6})([mhdw])$/.exec(text)
  if (relative) return nowMs + (relative[1] === '-' ? -1 : 1) * Number(relative[2]) * (UNIT_MS[relative[3] ?? ''] ?? 0)
  if (/^now\(\)$/i.test(text)) return nowMs
  if (/^startOfDay\(\)$/i.test(text)) return nowMs - (nowMs % (UNIT_MS.d ?? 1))
  const absolute = /^(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?: (\d{1,2}):(\d{2}))?$/.exec(text)
  if (!absolute) return undefined
  const [, year, month, day, hour = '0', minute = '0'] = absolute
  return Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute))
}
