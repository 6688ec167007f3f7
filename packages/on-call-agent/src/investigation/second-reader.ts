import { Value } from 'typebox/value'
import { Diagnosis, type Incident, type SecondReading } from '../api.ts'
import { callTool } from '../functions/call-tool.ts'
import type { Limits } from '../functions/limits.ts'
import { parseArguments } from '../functions/parse-arguments.ts'
import type { Tool } from '../functions/tool.ts'
import { type AssistantMessage, type ChatMessage, type ToolCall, Transcript } from '../incidents/transcript.ts'
import type { Model } from '../models/model.ts'
import { decideReading } from './decide-reading.ts'
import { SEND_DIAGNOSIS } from './send-diagnosis.ts'

interface SecondReaderDependencies {
  reader: Model
  limits: Limits
  /** What may be looked at; nothing that acts. */
  tools: Tool[]
}

const ROUNDS = 6
/** The page waits for it. */
const WITHIN_MS = 6_000

/**
 * Lets another model conclude for itself: it reads the alerts and what the first one looked at, without that one's words, may look further with the same
 * functions, and its conclusion is compared. Whatever goes wrong is `not_read`.
 */
export async function readAgain(
  deps: SecondReaderDependencies,
  incident: Incident,
  { first, transcript }: { first: Diagnosis; transcript: ChatMessage[] },
  signal: AbortSignal,
): Promise<SecondReading> {
  const within = AbortSignal.any([signal, AbortSignal.timeout(WITHIN_MS)])
  try {
    return decideReading(first, await conclude(deps, incident, lookedAt(transcript, deps.tools), within), deps.reader.name)
  } catch (error) {
    if (signal.aborted) throw error
    return decideReading(first, undefined, deps.reader.name)
  }
}

async function conclude(
  { reader, limits, tools }: SecondReaderDependencies,
  incident: Incident,
  messages: ChatMessage[],
  signal: AbortSignal,
): Promise<Diagnosis | undefined> {
  for (let round = 0; round < ROUNDS; round += 1) {
    const offered = round === ROUNDS - 1 ? [SEND_DIAGNOSIS] : [...tools, SEND_DIAGNOSIS]
    const { usage: _usage, ...message } = await reader.answer(messages, offered, signal)
    const answer = new Transcript(messages).adopt(message)
    const calls = answer.tool_calls ?? []
    const sent = calls.find(({ function: { name } }) => name === SEND_DIAGNOSIS.name)
    if (sent) return readDiagnosis(sent)
    if (calls.length === 0) return undefined
    const outcomes = await Promise.all(calls.map((call) => callTool(tools, call, { incident, limits, signal })))
    messages.push(answer, ...outcomes.map(({ call, result }) => ({ role: 'tool' as const, tool_call_id: call.id, content: result })))
  }
  return undefined
}

function readDiagnosis({ function: { arguments: json } }: ToolCall): Diagnosis | undefined {
  const value = parseArguments(json)
  return Value.Check(Diagnosis, value) ? value : undefined
}

/** The instructions, the alerts, and all looks as one answer; the first model's words, hypotheses and diagnoses are left out. */
function lookedAt(transcript: ChatMessage[], tools: Tool[]): ChatMessage[] {
  const names = new Set(tools.map(({ name }) => name))
  const calls = transcript
    .flatMap((message) => (message.role === 'assistant' ? (message.tool_calls ?? []) : []))
    .filter((call) => names.has(call.function.name))
  const opening = transcript.slice(
    0,
    Math.max(
      0,
      transcript.findIndex(({ role }) => role === 'assistant'),
    ),
  )
  if (calls.length === 0) return opening
  const results = new Map(transcript.flatMap((message) => (message.role === 'tool' ? [[message.tool_call_id, message] as const] : [])))
  const answered = calls.filter(({ id }) => results.has(id))
  const answer: AssistantMessage = { role: 'assistant', content: null, tool_calls: answered }
  return [...opening, answer, ...answered.flatMap(({ id }) => results.get(id) ?? [])]
}
