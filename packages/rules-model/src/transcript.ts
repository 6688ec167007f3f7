import { Diagnosis } from '@oncall-lab/on-call-agent/api'
import { SendDiagnosisResult, ToolFailure } from '@oncall-lab/on-call-agent/functions'
import { Value } from 'typebox/value'
import { type Alert, readAlerts } from './facts/alerts.ts'
import { jsonValues, tryParse } from './json-in-text.ts'
import { type ChatMessage, textOf } from './openai-wire.ts'

/** One function call of the transcript with what came back. */
export interface Call {
  id: string
  name: string
  /** The arguments as sent, in one canonical spelling: two equal texts are the same question. */
  key: string
  /** The text of the tool message; undefined while there is none. */
  content: string | undefined
  outcome: { kind: 'ok'; value: unknown } | { kind: 'failed'; code: string; message: string } | { kind: 'garbled' } | { kind: 'unanswered' }
  /** Position of the assistant's message that asked. */
  position: number
}

/** A message that a person wrote after the diagnosis. */
export interface PersonMessage {
  text: string
  position: number
}

/** What the messages hold, without any judgement. */
export interface Transcript {
  alerts: Alert[]
  calls: Call[]
  /** How many of the assistant's messages asked for functions. */
  turns: number
  /** The diagnosis that was accepted last. */
  diagnosis: Diagnosis | undefined
  /** Every message of a user after the first, oldest first. */
  laterMessages: PersonMessage[]
  /** True when the newest of them is the denial of a proposal. */
  isDenied: boolean
}

/** What the agent itself puts between two answers of a model. */
const NOBODY_WROTE = /^(Nobody reads this\b|Go on\.$)/
/** A person has denied a proposal; the agent says so. */
const DENIED = /^The engineer denied A\d+ /

/** The agent has it looked again: what was asked before is of an earlier time. */
const AGAIN = /^Nobody has written\. The alert still fires/

/** Parses the messages; what cannot be read is marked so and never guessed. */
export function readTranscript(all: ChatMessage[]): Transcript {
  const messages = sinceLastLook(all)
  const results = new Map(messages.flatMap((message) => (message.role === 'tool' ? [[message.tool_call_id, textOf(message.content)]] : [])))
  const calls = messages.flatMap((message, position) =>
    message.role === 'assistant' ? (message.tool_calls ?? []).map((call) => readCall(call, results.get(call.id), position)) : [],
  )
  const spoken = messages.flatMap((message, position) => (message.role === 'user' ? [{ text: textOf(message.content), position }] : []))
  const laterMessages = spoken.slice(1).filter(({ text }) => !NOBODY_WROTE.test(text))
  return {
    alerts: spoken.slice(0, 1).flatMap(({ text }) => readAlerts(text)),
    calls,
    turns: new Set(calls.map(({ position }) => position)).size,
    diagnosis: calls.filter((call) => call.name === 'send_diagnosis').reduce(acceptedDiagnosis, undefined),
    laterMessages,
    isDenied: DENIED.test(laterMessages.at(-1)?.text ?? ''),
  }
}

/** The alerts, as they were told last, and what came after the agent had it looked again. */
function sinceLastLook(messages: ChatMessage[]): ChatMessage[] {
  const looks = messages.flatMap((message, i) => (message.role === 'user' && AGAIN.test(textOf(message.content)) ? [i] : []))
  const first = messages.findIndex(({ role }) => role === 'user')
  const again = looks.at(-1) ?? -1
  if (again <= first) return messages
  const alerts = looks.findLast((i) => readAlerts(textOf(messages[i]?.content)).length > 0) ?? first
  return [...messages.slice(0, first), ...messages.slice(alerts, alerts + 1), ...messages.slice(again + 1)]
}

function readCall(
  call: { id: string; function: { name: string; arguments: string } },
  content: string | undefined,
  position: number,
): Call {
  const { name } = call.function
  const args = tryParse(call.function.arguments)
  return { id: call.id, name, key: questionKey(name, args), content, outcome: readOutcome(content), position }
}

/** Whether a call looked at something; the others only tell. */
export function isLook({ name }: Call): boolean {
  return !['send_diagnosis', 'note_hypotheses', 'propose_action'].includes(name)
}

/** One spelling for one question: the function's name and its arguments with sorted keys. */
export function questionKey(name: string, args: unknown): string {
  const entries = typeof args === 'object' && args !== null ? Object.entries(args).sort(([a], [b]) => a.localeCompare(b)) : [['', args]]
  return `${name} ${JSON.stringify(entries)}`
}

function readOutcome(content: string | undefined): Call['outcome'] {
  if (content === undefined) return { kind: 'unanswered' }
  const value = tryParse(content) ?? jsonValues(content).find(isObject)
  if (value === undefined) return { kind: 'garbled' }
  // What is told of an error that was looked for is a result.
  if (Value.Check(ToolFailure, value) && !('ok' in value && value.ok === true))
    return { kind: 'failed', code: value.error.code, message: value.error.message }
  return { kind: 'ok', value }
}

function acceptedDiagnosis(previous: Diagnosis | undefined, call: Call): Diagnosis | undefined {
  if (call.outcome.kind !== 'ok' || !Value.Check(SendDiagnosisResult, call.outcome.value)) return previous
  return argumentsOf(call) ?? previous
}

/** The diagnosis that a `send_diagnosis` call carried, if it was one. */
export function argumentsOf(call: Call): Diagnosis | undefined {
  const entries = tryParse(call.key.slice(call.name.length + 1))
  const args: unknown = Array.isArray(entries) ? Object.fromEntries(entries) : undefined
  return Value.Check(Diagnosis, args) ? args : undefined
}

/** A result may stand within other text, e.g. in a fence; a list or a scrap of one is none. */
function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0
}
