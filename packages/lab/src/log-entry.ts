/** One line of a part's log, read. */
export interface LogEntry {
  part: string
  /** RFC 3339, UTC, with milliseconds; null where neither this line nor one before it has a time. */
  time: string | null
  /** `debug`, `info`, `warn`, `error` or `fatal`; null where the line has none. */
  level: string | null
  message: string
  /** What else the line says. */
  fields: Record<string, unknown>
}

type Reading = Omit<LogEntry, 'part'>

/** Reads the lines of one log, oldest first; a line without a time belongs to the one before. */
export function readLogEntries(part: string, lines: string[], since: string | null = null): LogEntry[] {
  let time = since
  return lines
    .filter((line) => line.trim())
    .map((line) => {
      const read = readJson(line) ?? readLogfmt(line) ?? readPostgres(line) ?? readPlain(line)
      time = read.time ?? time
      return { part, ...read, time }
    })
}

/** pino's numbers. */
const LEVELS: Record<string, string> = { 10: 'debug', 20: 'debug', 30: 'info', 40: 'warn', 50: 'error', 60: 'fatal' }
/** The same on every line of a part. */
const KNOWN_ANYWAY = ['pid', 'hostname']

function readJson(line: string): Reading | null {
  if (!line.startsWith('{')) return null
  try {
    const { time, ts, level, msg, message, name, ...fields } = JSON.parse(line) as Record<string, unknown>
    for (const known of KNOWN_ANYWAY) delete fields[known]
    return { time: readTime(time ?? ts), level: readLevel(level), message: String(msg ?? message ?? ''), fields }
  } catch {
    return null // Cut off, or no JSON after all: shown as it is.
  }
}

/** Prometheus and Alertmanager: `ts=… caller=… level=info msg="…" key=value`; newer ones say `time=` and `source=`. */
function readLogfmt(line: string): Reading | null {
  if (!/^(ts|time)=/.test(line)) return null
  const pairs = [...line.matchAll(/(?<![\w.])([\w.]+)=("(?:[^"\\]|\\.)*"|\S*)/g)].map(
    ([, key = '', value = '']) => [key, unquote(value)] as const,
  )
  const { ts, time, level, msg = '', caller: _, source: __, ...fields } = Object.fromEntries(pairs)
  return { time: readTime(ts ?? time), level: readLevel(level), message: msg, fields }
}

function unquote(value: string): string {
  if (!value.startsWith('"')) return value
  try {
    return String(JSON.parse(value))
  } catch {
    return value
  }
}

const POSTGRES_LEVELS: Record<string, string> = { ERROR: 'error', FATAL: 'fatal', PANIC: 'fatal', WARNING: 'warn' }

/** `2026-11-29 20:51:59.713 UTC [2453] LOG:  checkpoint complete` */
function readPostgres(line: string): Reading | null {
  const [, date, clock, kind = '', message = ''] =
    /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d\.\d+) UTC \[\d+\] (?:\S+ )?([A-Z]+): +(.*)$/.exec(line) ?? []
  if (!date) return null
  return { time: readTime(`${date}T${clock}Z`), level: POSTGRES_LEVELS[kind] ?? 'info', message, fields: {} }
}

function readPlain(line: string): Reading {
  return { time: null, level: null, message: line, fields: {} }
}

function readTime(given: unknown): string | null {
  const at = new Date(typeof given === 'number' ? given : String(given))
  return given === undefined || Number.isNaN(at.getTime()) ? null : at.toISOString()
}

function readLevel(given: unknown): string | null {
  return given === undefined ? null : (LEVELS[String(given)] ?? String(given).toLowerCase())
}

/** Entries of several logs in order of time; those of one log stay in theirs. */
export function mergeEntries(logs: LogEntry[][]): LogEntry[] {
  return logs.flat().toSorted((one, other) => (one.time ?? '').localeCompare(other.time ?? ''))
}
