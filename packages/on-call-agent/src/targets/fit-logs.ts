import type { LogEntry } from '@oncall-lab/inventory/api'

const RESULT_CHARS = 20_000
const STACK_LINES = 12
const TEXT_CHARS = 2_000

/** One huge entry must not hide all others. */
function shorten({ stack, ...entry }: LogEntry): LogEntry {
  const message = cut(entry.message)
  return stack === undefined ? { ...entry, message } : { ...entry, message, stack: cut(stack.split('\n').slice(0, STACK_LINES).join('\n')) }
}

const cut = (text: string) => (text.length <= TEXT_CHARS ? text : `${text.slice(0, TEXT_CHARS).toWellFormed()}…`)

/** Each stack stands only with its newest entry, long texts are cut; then the oldest entries go until the rest fits what a model can read. */
export function fitLogs(given: LogEntry[]): LogEntry[] {
  const entries = given.map(shorten)
  const seen = new Set<string>()
  const kept: LogEntry[] = []
  let chars = 0
  for (const { stack, ...entry } of entries.toReversed()) {
    const first = stack !== undefined && !seen.has(stack)
    if (first) seen.add(stack)
    const slim: LogEntry = first ? { ...entry, stack } : entry
    chars += JSON.stringify(slim).length
    if (chars > RESULT_CHARS && kept.length > 0) break
    kept.push(slim)
  }
  return kept.toReversed()
}
