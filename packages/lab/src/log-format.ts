import { styleText } from 'node:util'
import type { LogEntry } from './log-entry.ts'

const COLOURS = { warn: 'yellow', error: 'red', fatal: 'red' } as const
const MOST_FIELD_LETTERS = 300

/** A line for people: `12:51:37.914 on-call-agent  info  alert taken  incident=I1`; coloured where the stream is a terminal. */
export function formatForPeople({ part, time, level, message, fields }: LogEntry, width: number, stream: NodeJS.WritableStream): string {
  const clock = time ? time.slice(11, 23) : ' '.repeat(12)
  const pairs = Object.entries(fields)
    .filter(([name]) => name !== 'stack')
    .map(([name, value]) => `${name}=${shorten(value)}`)
  const rest = pairs.join(' ').slice(0, MOST_FIELD_LETTERS)
  const text = `${(level ?? '').padEnd(5)} ${message}`
  const painted = level !== null && level in COLOURS ? styleText(COLOURS[level as keyof typeof COLOURS], text, { stream }) : text // Its presence was asked.
  const dim = (words: string) => styleText('dim', words, { stream })
  return `${dim(clock)} ${part.padEnd(width)} ${painted}${rest ? `  ${dim(rest)}` : ''}`
}

/** One line, an error by its message. */
function shorten(value: unknown): string {
  const text = typeof value === 'object' && value !== null && 'message' in value ? String(value.message) : value
  return (typeof text === 'string' ? text : JSON.stringify(text)).replaceAll(/\s+/g, ' ')
}

/** A line for programs: one JSON object. */
export function formatForPrograms({ part, time, level, message, fields }: LogEntry): string {
  return JSON.stringify({ time, part, level, message, ...fields })
}

const UNITS: Record<string, number> = { s: 1, m: 60, h: 3_600, d: 86_400 }

/** The moment that `--since` names: `90s`, `5m`, `2h`, `1d` before now, or an RFC 3339 time; null for anything else. */
export function readSince(text: string, now: number): string | null {
  const [, count, unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? []
  const at = count ? now - Number(count) * (UNITS[unit] ?? 0) * 1_000 : Date.parse(text)
  return Number.isNaN(at) || !/^\d/.test(text) ? null : new Date(at).toISOString()
}
