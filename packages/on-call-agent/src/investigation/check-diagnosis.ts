import { Value } from 'typebox/value'
import { type Diagnosis, Diagnosis as DiagnosisSchema } from '../api.ts'
import { mendArguments } from '../functions/mend-arguments.ts'
import type { ChatMessage } from '../incidents/transcript.ts'
import { lookResults } from './seen-sources.ts'

/** What becomes of a diagnosis that a model sends. */
export type DiagnosisDecision =
  | { kind: 'accept'; diagnosis: Diagnosis; reason: 'supported' | 'cut_to_what_is_supported' }
  | { kind: 'refuse'; reason: 'invalid_arguments' | 'unsupported'; message: string }

/** After so many refusals a diagnosis is cut down to what is supported instead. */
export const REFUSALS = 2

/**
 * A diagnosis may only rest on what the functions returned: each quote stands word for word (white space aside) in the result of the call it
 * names, a file is named in some result, and `diagnosed` needs at least one quote.
 */
export function checkDiagnosis(given: unknown, transcript: ChatMessage[], refusals: number): DiagnosisDecision {
  const args = mendArguments(DiagnosisSchema, given)
  if (!Value.Check(DiagnosisSchema, args)) {
    const problems = Value.Errors(DiagnosisSchema, args).map(
      ({ instancePath, message }) => `${instancePath.slice(1).replaceAll('/', '.') || 'arguments'} ${message}`,
    )
    return { kind: 'refuse', reason: 'invalid_arguments', message: problems.join('; ') }
  }
  const results = readResults(transcript)
  const problems = unsupported(args, results)
  if (problems.length === 0) return { kind: 'accept', diagnosis: args, reason: 'supported' }
  if (refusals < REFUSALS) return { kind: 'refuse', reason: 'unsupported', message: problems.join('; ') }
  return { kind: 'accept', diagnosis: cutToSupported(args, results), reason: 'cut_to_what_is_supported' }
}

/** What the functions returned, as it is compared with quotes. */
export function readResults(transcript: ChatMessage[]): Map<string, string> {
  return new Map([...lookResults(transcript)].map(([id, content]) => [id, readable(content)]))
}

function unsupported({ status, evidence, affected_file }: Diagnosis, results: Map<string, string>): string[] {
  const problems = evidence.flatMap(({ tool_call_id, quote }, i) => {
    const result = results.get(tool_call_id)
    if (result === undefined) return [`evidence.${i}.tool_call_id: there is no result of a call ${tool_call_id}`]
    return stands(quote, result) ? [] : [`evidence.${i}.quote does not stand word for word in the result of ${tool_call_id}`]
  })
  if (affected_file !== undefined && !fileIsNamed(affected_file, results)) problems.push(`affected_file: no result names ${affected_file}`)
  if (status === 'diagnosed' && evidence.length === 0) problems.push('evidence: "diagnosed" needs at least one quote')
  return problems
}

function cutToSupported(diagnosis: Diagnosis, results: Map<string, string>): Diagnosis {
  const { affected_file, line_number, ...rest } = diagnosis
  const evidence = diagnosis.evidence.filter(({ tool_call_id, quote }) => stands(quote, results.get(tool_call_id) ?? ''))
  const where =
    affected_file !== undefined && fileIsNamed(affected_file, results)
      ? { affected_file, ...(line_number !== undefined && { line_number }) }
      : {}
  const status = diagnosis.status === 'diagnosed' ? 'suspected' : diagnosis.status
  return { ...rest, ...where, status, evidence, confidence: Math.min(diagnosis.confidence, 0.5) }
}

/** The result as its JSON text and as what a reader sees, where \\n is a line break. */
function readable(content: string): string {
  return flat(`${content}\n${content.replaceAll('\\n', '\n').replaceAll('\\"', '"').replaceAll('\\\\', '\\')}`)
}

const flat = (text: string) => text.replace(/\s+/g, ' ')
/** Whether a quote stands word for word, white space aside, in a result as `readResults` gives it. */
export const stands = (quote: string, result: string) => quote.trim() !== '' && result.includes(flat(quote.trim()))
const fileIsNamed = (file: string, results: Map<string, string>) => [...results.values()].some((result) => result.includes(file))
