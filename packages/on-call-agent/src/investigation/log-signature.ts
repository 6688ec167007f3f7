import type { LogEntry } from '@oncall-lab/inventory/api'

/** The most frequent message of some log entries; the newest wins a tie. */
export function topSignature(entries: LogEntry[]): { message: string; count: number } | undefined {
  const counts = new Map<string, number>()
  for (const { message } of entries) counts.set(message, (counts.get(message) ?? 0) + 1)
  return [...counts]
    .map(([message, count]) => ({ message, count }))
    .reduce<{ message: string; count: number } | undefined>((top, each) => (top && top.count > each.count ? top : each), undefined)
}
