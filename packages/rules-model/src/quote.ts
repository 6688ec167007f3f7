import type { Diagnosis } from '@oncall-lab/on-call-agent/api'
import type { Call } from './transcript.ts'

export type Quote = Diagnosis['evidence'][number]

const LONGEST = 400

/**
 * The first of the candidates that stands word for word in the call's result, as JSON text has it. A candidate that JSON would have to escape is cut to its
 * longest plain piece. Undefined when none is there: nothing is ever quoted that cannot be found again.
 */
export function quoteFrom(call: Call, ...candidates: string[]): Quote | undefined {
  const quote = [...candidates, ...candidates.map(plainPiece)].find(
    (text) => text.trim().length >= 3 && text.length <= LONGEST && call.content?.includes(text),
  )
  return quote === undefined ? undefined : { tool_call_id: call.id, quote }
}

/** A member of a JSON object as `JSON.stringify` spells it, then in the looser spelling with a space. */
export function memberOf(name: string, value: unknown): string[] {
  const text = JSON.stringify(value) ?? 'null'
  return [`"${name}":${text}`, `"${name}": ${text}`]
}

function plainPiece(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what JSON escapes.
  const pieces = text.slice(0, 2_000).split(/["\\\u0000-\u001f\ufffd]/)
  return pieces.reduce((longest, piece) => (piece.length > longest.length ? piece : longest), '').slice(0, LONGEST)
}
