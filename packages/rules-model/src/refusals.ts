import { argumentsOf, type Call } from './transcript.ts'

/** What of earlier diagnoses was refused, and must not be sent again. */
export interface Refusals {
  quotes: Set<string>
  /** The file and line were refused. */
  place: boolean
}

/** Reads the failed `send_diagnosis` calls: the quotes that a message names (by their words or their position), or all of an attempt where it blames the evidence as a whole. */
export function readRefusals(attempts: Call[]): Refusals {
  const failed = attempts.flatMap((call) => (call.outcome.kind === 'failed' ? [{ call, message: call.outcome.message }] : []))
  return {
    quotes: new Set(failed.flatMap(({ call, message }) => refusedQuotes(argumentsOf(call)?.evidence ?? [], message))),
    place: failed.some(({ message }) => /affected_file|line_number/.test(message)),
  }
}

function refusedQuotes(evidence: { quote: string }[], message: string): string[] {
  const named = evidence.filter(
    ({ quote }, index) => namesQuote(message, quote) || new RegExp(`evidence(\\.|\\[|/)${index}\\b`).test(message),
  )
  const blamed = named.length > 0 ? named : /quote|evidence/i.test(message) ? evidence : []
  return blamed.map(({ quote }) => quote)
}

function namesQuote(message: string, quote: string): boolean {
  return message.includes(quote) || message.includes(JSON.stringify(quote).slice(1, 60))
}
