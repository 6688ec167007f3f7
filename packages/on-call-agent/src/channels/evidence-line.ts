import type { Diagnosis } from '../api.ts'
import type { ToolCall } from '../incidents/transcript.ts'
import { shorten } from './shorten.ts'

const QUOTE_CHARS = 160
const SOURCE_CHARS = 70

/** A piece of evidence for a phone: the quote, and which function (or which query) said so. `calls` are those of the investigation. */
export function evidenceLine({ tool_call_id, quote }: Diagnosis['evidence'][number], calls: ToolCall[]): string {
  const call = calls.find(({ id }) => id === tool_call_id)
  const source = call ? ` (${shorten(nameSource(call), SOURCE_CHARS)})` : ''
  return `> ${shorten(readMembers(readSamples(quote)), QUOTE_CHARS)}${source}`
}

function nameSource({ function: { name, arguments: json } }: ToolCall): string {
  const query = name === 'query_prometheus' ? /"query"\s*:\s*("(?:[^"\\]|\\.)*")/.exec(json)?.[1] : undefined
  return query ? String(JSON.parse(query)) : name
}

/** A point of a series, `["2026-11-21T10:00:00.000Z",0.98227]`. */
const SAMPLE = /\["\d{4}-\d\d-\d\dT(\d\d:\d\d:\d\d)[.\d]*Z",(-?\d[\d.e+-]*)\]/g

/** Points as people say them: `0.982 at 10:00:00Z`, and a course as its first and last point, with the instance that it is of. */
function readSamples(quote: string): string {
  const samples = [...quote.matchAll(SAMPLE)].map(([, time, value]) => `${BRIEF.format(Number(value))} at ${time}Z`)
  const instance = /"instance":"([^"]+)"/.exec(quote)?.[1]
  if (samples.length === 0) return quote
  const course = samples.length === 1 ? samples[0] : `${samples[0]} … ${samples.at(-1)}`
  return `${instance ? `${instance}: ` : ''}${course}`
}

/** Three digits: `0.982`, `378M`. */
const BRIEF = new Intl.NumberFormat('en-US', { notation: 'compact', maximumSignificantDigits: 3 })

/** Members of a JSON object, `"error_rate":0.824,"window_seconds":15`, without the signs that nobody reads aloud. */
function readMembers(quote: string): string {
  if (!/^"\w+":/.test(quote)) return quote
  return quote
    .replace(/"(\w+)":\s*\{/g, '$1: ')
    .replace(/"(\w+)":\s*/g, '$1 ')
    .replace(/[{}"]/g, '')
    .replace(/,(?=\S)/g, ', ')
}
