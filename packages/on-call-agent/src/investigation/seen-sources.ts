import type { ChatMessage } from '../incidents/transcript.ts'
import { countsIn, numbersIn } from './seen-numbers.ts'

/** Functions of the agent's own: their results are what it says itself, and show nothing. */
const OWN_WORDS = ['note_hypotheses', 'send_diagnosis', 'send_answer', 'propose_action']
/** Failures that quote the call. */
const QUOTES_THE_CALL = /"code":\s*"(?:unknown_function|invalid_arguments|repeated_call|too_many_calls)"/

/** What the functions returned, by the id of the call; without what only repeats a model's own words. */
export function lookResults(transcript: ChatMessage[]): Map<string, string> {
  const names = new Map(
    transcript.flatMap((message) =>
      message.role === 'assistant' ? (message.tool_calls ?? []).map(({ id, function: { name } }) => [id, name] as const) : [],
    ),
  )
  const results = new Map<string, string>()
  for (const message of transcript) {
    if (message.role !== 'tool') continue
    const { tool_call_id: id, content } = message
    if (OWN_WORDS.includes(names.get(id) ?? '') || QUOTES_THE_CALL.test(content.slice(0, 200))) continue
    // Some servers use the same ids in every answer.
    results.set(id, `${results.get(id) ?? ''}\n${content}`)
  }
  return results
}

/** One text that was seen: its words as a reader has them, and its numbers. */
export interface Source {
  /** Of the call; undefined for the alerts. */
  id?: string
  text: string
  /** Read when they are first asked for. */
  numbers(): readonly number[]
}

/** The result of a query repeats the query, which a model wrote. */
const OWN_QUERY = /"query":"(?:[^"\\]|\\.)*",?/g

/** Which part of all requests a query asks about is what its answer is about. */
const quantilesIn = (content: string) => [...content.matchAll(/quantile\(\s?(0\.\d{1,4})/g)].map(([, part]) => Number(part))

export function sourceOf(content: string, id?: string): Source {
  const text = content.replace(OWN_QUERY, '').replaceAll('\\"', '"').replaceAll('\\n', '\n')
  let numbers: readonly number[] | undefined
  return {
    text,
    ...(id !== undefined && { id }),
    numbers() {
      numbers ??= [...new Set([...numbersIn(text), ...countsIn(content), ...quantilesIn(content)])]
      return numbers
    },
  }
}
