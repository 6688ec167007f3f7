import type { FetchLogsResult } from '@oncall-lab/on-call-agent/functions'
import { tryParse } from '../json-in-text.ts'

type LogEntry = FetchLogsResult['entries'][number]
type Loose = Record<string, unknown>

/** Under these names other services and log stores keep what an entry has; the first that is there is read. */
const NAMES = {
  ts: ['ts', 'time', 'timestamp', '@timestamp', 'asctime', 'datetime'],
  level: ['level', 'levelname', 'severity', 'lvl', 'log.level'],
  message: ['message', 'msg', 'event', 'error.message', 'text', 'line', 'log'],
  error: ['error', 'err', 'error_type', 'exception', 'exc_type', 'error.type', 'err.type', 'error_class', 'cause', 'reason', 'err.message'],
  code: ['code', 'sqlstate', 'pgcode', 'errno', 'error.code'],
  stack: ['stack', 'stacktrace', 'stack_trace', 'exc_info', 'traceback', 'exc_text', 'error.stack_trace'],
  route: ['route', 'handler', 'http.route', 'endpoint', 'path', 'uri', 'url'],
  method: ['method', 'http.method', 'verb'],
  instance: ['instance', 'host', 'hostname', 'pod', 'server'],
  status: ['status', 'status_code', 'http.status_code'],
} as const

const LISTS = ['entries', 'lines', 'logs', 'hits', 'results', 'records']
const BAD = /^(e|err|error|fatal|crit|critical|panic|alert|emerg\w*|severe|50|60)$/i

/**
 * A result of another log store as entries of ours: objects under other names, lines of JSON, of logfmt, of Python's or Go's loggers. Undefined for what is no log. Only what says
 * that it is an error is kept, as our own log holds errors only.
 */
export function readLooseLogs(value: unknown, now: number | undefined): FetchLogsResult | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const record = value as Loose // Any object.
  const list = LISTS.map((name) => record[name]).find(Array.isArray)
  if (!list) return undefined
  const entries = joinTraces(list.map(readOne)).flatMap((entry) => toEntry(entry, now))
  if (
    list.length > 0 &&
    entries.length === 0 &&
    !list.every((each) => typeof each === 'string' || (typeof each === 'object' && each !== null))
  )
    return undefined
  const seconds = typeof record.window_seconds === 'number' ? record.window_seconds : 120
  return { window_seconds: Math.round(seconds), count: entries.length, entries }
}

function readOne(each: unknown): Loose {
  if (typeof each === 'object' && each !== null && !Array.isArray(each)) return flat(each as Loose)
  const text = String(each)
  const parsed = tryParse(text)
  if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return flat(parsed as Loose)
  return readLogfmt(text) ?? readPlain(text)
}

/** `{error: {type}}` as `{'error.type'}`. */
function flat(record: Loose): Loose {
  const inner = Object.entries(record).flatMap(([name, value]) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.entries(value).map(([key, each]) => [`${name}.${key}`, each])
      : [],
  )
  return { ...Object.fromEntries(inner), ...record }
}

function readLogfmt(text: string): Loose | undefined {
  const pairs = [...text.matchAll(/(?:^|\s)([\w.@-]+)=("(?:[^"\\]|\\.)*"|\S+)/g)]
  const fields = Object.fromEntries(
    pairs.map(([, name = '', value = '']) => [name, value.startsWith('"') ? (tryParse(value) ?? value) : value]),
  )
  return 'level' in fields || ('msg' in fields && pairs.length > 1) ? fields : undefined
}

const TIME = /\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?/
const LEVEL = /\b(DEBUG|INFO|NOTICE|WARN(?:ING)?|ERROR|CRITICAL|FATAL|PANIC|SEVERE|panic)\b/

/** `2026-11-20 12:00:01,123 ERROR app.views: …`, `2026/11/20 12:00:01 http: panic serving …`. */
function readPlain(text: string): Loose {
  const [first = '', ...rest] = text.split('\n')
  const time = TIME.exec(first)?.[0]
  const level = LEVEL.exec(first)?.[0]
  const words = first
    .replace(TIME, '')
    .replace(level ?? '\u0000', '')
    .replace(/^[\s|\]:[-]+/, '')
    .trim()
  return {
    raw: first,
    ...(time && { ts: time }),
    ...(level && { level }),
    message: words,
    ...(rest.length > 0 && { stack: rest.join('\n') }),
  }
}

const isFrame = (text: string) =>
  /^\s|^Traceback|^goroutine |^[\w.]{1,200}(?:Error|Exception)(?::|$)/.test(text) || (text.endsWith(')') && /^[\w./*-]{1,300}\(/.test(text))

/** The lines of a stack, each an entry of its own, belong to the entry before. */
function joinTraces(all: Loose[]): Loose[] {
  const joined: Loose[] = []
  for (const each of all) {
    const last = joined.at(-1)
    const text = String(each.raw ?? each.message ?? '')
    if (!last || each.ts !== undefined || each.level !== undefined || !isFrame(text)) {
      joined.push(each)
      continue
    }
    const own = /^([\w.]+(?:Error|Exception))\b:? ?(.*)$/.exec(text)
    joined[joined.length - 1] = {
      ...last,
      stack: [last.stack, text].filter(Boolean).join('\n'),
      ...(own && { error: own[1], message: own[2] || last.message }),
    }
  }
  return joined
}

function toEntry(entry: Loose, now: number | undefined): LogEntry[] {
  const text = (name: keyof typeof NAMES) => {
    const found = NAMES[name].map((each) => entry[each]).find((each) => typeof each === 'string' || typeof each === 'number')
    return found === undefined ? undefined : String(found)
  }
  const status = Number(text('status'))
  // Some loggers put the error's words, and not its class, beside the message.
  const words = /\s/.test(text('error') ?? '') ? text('error') : undefined
  const message = [text('message'), words].filter(Boolean).join(': ') || (text('error') ?? '')
  const level = text('level')
  const isError = level === undefined ? status >= 500 || /error|exception|panic|fail|traceback/i.test(message) : BAD.test(level)
  if (!isError || message === '') return []
  const stack = text('stack')
  const named = /^([\w.]*(?:Error|Exception|panic)): (.+)$/.exec(message)
  const error = (words === undefined ? text('error') : undefined) ?? named?.[1] ?? /^([\w.]+(?:Error|Exception))\b/m.exec(stack ?? '')?.[1]
  return [
    {
      ts: timeOf(text('ts'), now),
      level: 'error',
      instance: text('instance') ?? 'unknown',
      pid: 0,
      message,
      ...(error && { error }),
      ...(text('code') && { code: text('code') }),
      ...(stack && { stack }),
      ...(text('route') && { route: text('route') }),
      ...(text('method') && { method: text('method') }),
      ...(Number.isInteger(status) && { status }),
    } as LogEntry, // Undefined members were left out.
  ]
}

function timeOf(text: string | undefined, now: number | undefined): string {
  const plain = text?.replaceAll('/', '-').replace(',', '.')
  const at = /^\d{10}(\.\d+)?$/.test(plain ?? '')
    ? Number(plain) * 1_000
    : /^\d{13}$/.test(plain ?? '')
      ? Number(plain)
      : Date.parse(/Z$|[+-]\d\d:?\d\d$/.test(plain ?? '') ? (plain ?? '') : `${plain?.replace(' ', 'T')}Z`)
  return new Date(Number.isNaN(at) ? (now ?? 0) : at).toJSON()
}
