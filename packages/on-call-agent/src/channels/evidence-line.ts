import type { Diagnosis } from '../api.ts'
import type { ToolCall } from '../incidents/transcript.ts'
import { quoteInWords } from '../quote-in-words.ts'
import { shorten } from './shorten.ts'

const QUOTE_CHARS = 160
const SOURCE_CHARS = 70

/** A piece of evidence for a phone: the quote, and which function (or which query) said so. `calls` are those of the investigation. */
export function evidenceLine({ tool_call_id, quote }: Diagnosis['evidence'][number], calls: ToolCall[]): string {
  const call = calls.find(({ id }) => id === tool_call_id)
  const source = call ? ` (${shorten(nameSource(call), SOURCE_CHARS)})` : ''
  return `> ${shorten(quoteInWords(quote), QUOTE_CHARS)}${source}`
}

function nameSource({ function: { name, arguments: json } }: ToolCall): string {
  const query = name === 'query_prometheus' ? /"query"\s*:\s*("(?:[^"\\]|\\.)*")/.exec(json)?.[1] : undefined
  return query ? String(JSON.parse(query)) : name
}
