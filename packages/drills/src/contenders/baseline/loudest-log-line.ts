import type { CauseId } from '@oncall-lab/on-call-agent/api'
import type { RuleOfThumb } from './rule-of-thumb.ts'

/** What people take a line for at first sight. */
const TAKEN_FOR: [pattern: RegExp, cause: CauseId, component: string][] = [
  [/too many clients|remaining connection slots/i, 'connections_exhausted', 'database'],
  [/password|authentication/i, 'database_refuses_login', 'database'],
  [/ECONNREFUSED|shutting down|starting up/i, 'database_down', 'database'],
  [/lock timeout|deadlock/i, 'lock_contention', 'database'],
  [/timeout exceeded when trying to connect/i, 'pool_leak', 'inventory'],
  [/statement timeout|canceling statement/i, 'slow_query', 'database'],
  [/terminated|ECONNRESET|connection/i, 'network_partial', 'link'],
  [/memory/i, 'out_of_memory', 'inventory'],
]

const SECONDS = 60

/** Blames the line that stands in the error log most often. */
export const loudestLogLine: RuleOfThumb = {
  name: 'loudest-log-line',
  onlyLooks: true,
  async think(world) {
    const lines = await world.errorLog(SECONDS).catch(() => null)
    if (lines === null)
      return { says: { status: 'inconclusive', cause: 'unknown', component: '', root_cause: 'The log cannot be read.', confidence: 0 } }
    const counts = new Map<string, number>()
    for (const { message } of lines) counts.set(message, (counts.get(message) ?? 0) + 1)
    const [loudest] = [...counts].toSorted((a, b) => b[1] - a[1])
    if (!loudest)
      return {
        says: { status: 'false_alarm', cause: 'nothing_wrong', component: 'inventory', root_cause: 'Nothing was logged.', confidence: 0.5 },
      }
    const [line, count] = loudest
    const [, cause, component] = TAKEN_FOR.find(([pattern]) => pattern.test(line)) ?? [null, 'application_exception' as const, 'inventory']
    return {
      says: {
        cause,
        component,
        root_cause: `${count} times in the log: ${line}`,
        confidence: 0.7,
        evidence: [{ quote: line.slice(0, 300) }],
      },
    }
  },
}
