import type { Diagnosis } from '../api.ts'
import type { ToolCall } from '../investigation/model.ts'
import { shorten } from './shorten.ts'

const QUOTE_CHARS = 160
const SOURCE_CHARS = 70

/** A piece of evidence for a phone: the quote, and which function (or which query) said so. `calls` are those of the investigation. */
export function evidenceLine({ tool_call_id, quote }: Diagnosis['evidence'][number], calls: ToolCall[]): string {
  const call = calls.find(({ id }) => id === tool_call_id)
  const source = call ? ` (${shorten(nameSource(call), SOURCE_CHARS)})` : ''
  return `> ${shorten(readMembers(readSample(quote)), QUOTE_CHARS)}${source}`
}

function nameSource({ function: { name, arguments: json } }: ToolCall): string {
  const query = name === 'query_prometheus' ? /"query"\s*:\s*("(?:[^"\\]|\\.)*")/.exec(json)?.[1] : undefined
  return query ? String(JSON.parse(query)) : name
}

/** A point of a series, `["2026-11-21T10:00:00.000Z",0.98227]`, as people say it: `0.982 at 10:00:00Z`. */
function readSample(quote: string): string {
  const [, time, value] = /^\["\d{4}-\d\d-\d\dT(\d\d:\d\d:\d\d)[.\d]*Z",(-?[\d.e+-]+)\]$/.exec(quote) ?? []
  return time === undefined
    ? quote
    : `${Number(Number(value).toPrecision(3)).toLocaleString('en-US', { maximumSignificantDigits: 3, useGrouping: false })} at ${time}Z`
}

/** Members of a JSON object, `"error_rate":0.824,"window_seconds":15`, without the signs that nobody reads aloud. */
function readMembers(quote: string): string {
  if (!/^"\w+":/.test(quote)) return quote
  return quote
    .replace(/"(\w+)":\s*\{/g, '$1: ')
    .replace(/"(\w+)":\s*/g, '$1 ')
    .replace(/[{}"]/g, '')
    .replace(/,(?=\S)/g, ', ')
}
