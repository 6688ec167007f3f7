import type { LogEntry } from '@oncall-lab/inventory/api'
import type { ProcessEnd } from '../../actions/action.ts'
import type { ListedInstance } from '../../functions.ts'
import type { LogTail } from './log-tail.ts'
import type { ProcessManagerClient } from './process-manager.ts'

const BACK_SECONDS = 600
const ENTRIES = 500
/** A process writes why it ends, and its supervisor sees the end a moment later. */
const WROTE_BEFORE_MS = 10_000
const CLOCK_MS = 1_000

/** How instances ended within the last ten minutes that nobody had asked to: by the process manager, with what each wrote of its end itself. @throws UpstreamError */
export async function readEnds(
  {
    processManager,
    tailLogs,
    now = Date.now,
  }: { processManager: Pick<ProcessManagerClient, 'instances'>; tailLogs: LogTail; now?: () => number },
  signal: AbortSignal,
): Promise<ProcessEnd[]> {
  const instances = await processManager.instances(signal)
  const { entries } = await tailLogs(BACK_SECONDS + WROTE_BEFORE_MS / 1_000, ENTRIES, signal)
  const since = now() - BACK_SECONDS * 1_000
  return instances.flatMap((instance) => endsOf(instance, entries)).filter(({ at }) => Date.parse(at) >= since)
}

function endsOf({ instance, exits = [] }: ListedInstance, entries: readonly LogEntry[]): ProcessEnd[] {
  return exits
    .filter(({ expected }) => !expected)
    .map(({ at }) => {
      const endedBy = entries.findLast((entry) => entry.instance === instance && wroteOf(entry, Date.parse(at)))?.ended_by
      return { instance, at, ...(endedBy !== undefined && { endedBy }) }
    })
}

/** What a process writes of its end; words in a message are nobody's testimony. */
function wroteOf({ level, ts }: LogEntry, endedAt: number): boolean {
  const wroteAt = Date.parse(ts)
  return level === 'fatal' && wroteAt <= endedAt + CLOCK_MS && endedAt - wroteAt <= WROTE_BEFORE_MS
}
