import { createHash } from 'node:crypto'
import { shorten } from '../../channels/shorten.ts'
import type { AssistantMessage, ToolCall } from '../../incidents/transcript.ts'
import { ANSWER_LIMITS } from '../answer-limits.ts'
import { callsInText } from './calls-in-text.ts'
import { type LooseCall, member } from './loose-call.ts'

/** What a server's completion comes to. `garbled`: it may answer properly when asked again. */
export type ReadAnswer = { kind: 'answer'; message: AssistantMessage } | { kind: 'garbled' | 'refusal'; message: string }

/** What is read of a completion, in the shapes that servers give it. */
interface LooseMessage {
  content?: unknown
  refusal?: unknown
  tool_calls?: unknown
  function_call?: unknown
}

/**
 * Reads a completion, and mends its shape wherever one intention is left: calls as a list, as one object, in the old form or in the text; arguments
 * as text or as an object; ids that are missing, repeated or in a form that Mistral refuses. Private reasoning is dropped. Everything is cut to size.
 */
export function readAnswer(completion: unknown, { turn, offered }: { turn: number; offered: string[] }): ReadAnswer {
  const choice = first(member(completion, 'choices'))
  const message = member(choice, 'message') as LooseMessage | undefined // Every member is checked below.
  if (typeof message !== 'object' || message === null) return { kind: 'garbled', message: 'The model server answered without a choice' }
  const finish = member(choice, 'finish_reason')
  const text = withoutReasoning(readText(message.content))
  const called = readCalls(message)
  const found = called.length > 0 ? { calls: called, text } : callsInText(text, offered)
  const calls = found.calls.slice(0, ANSWER_LIMITS.calls).map((call, i) => toToolCall(call, turn, i))
  if (calls.length === 0 && found.text === '') return nothingSaid(message, finish)
  const content = found.text === '' ? null : shorten(found.text.toWellFormed(), ANSWER_LIMITS.contentChars)
  return { kind: 'answer', message: { role: 'assistant', content, ...(calls.length > 0 && { tool_calls: calls }) } }
}

function nothingSaid({ refusal }: LooseMessage, finish: unknown): ReadAnswer {
  if (finish === 'content_filter') return { kind: 'refusal', message: "The model server's content filter stopped the answer" }
  if (typeof refusal === 'string' && refusal !== '') return { kind: 'refusal', message: 'The model refused to answer' }
  if (finish === 'length') return { kind: 'garbled', message: 'The answer of the model was cut off before it said anything' }
  return { kind: 'garbled', message: 'The model answered with nothing' }
}

function readCalls({ tool_calls, function_call }: LooseMessage): LooseCall[] {
  const list = Array.isArray(tool_calls) ? tool_calls : tool_calls ? [tool_calls] : function_call ? [{ function: function_call }] : []
  return list.flatMap((each: unknown): LooseCall[] => {
    const inner = member(each, 'function') ?? each
    const name = member(inner, 'name')
    const args = member(inner, 'arguments') ?? member(inner, 'parameters') ?? member(inner, 'input')
    return typeof name === 'string' && name.trim() !== '' ? [{ id: member(each, 'id'), name, args }] : []
  })
}

function toToolCall({ id, name, args }: LooseCall, turn: number, index: number): ToolCall {
  // "functions.fetch_logs" is how some models were taught to write it.
  const plainName = name.trim().replace(/^functions[.:]/, '')
  return {
    id: settleId(id, turn, index),
    type: 'function',
    function: { name: shorten(plainName.toWellFormed(), ANSWER_LIMITS.nameChars), arguments: settleArguments(args) },
  }
}

/** Nine letters and digits, which every server takes; unique within an incident, and the same when a tape is played again. */
function settleId(id: unknown, turn: number, index: number): string {
  const given = typeof id === 'string' || typeof id === 'number' ? String(id).slice(0, 200) : ''
  const digest = createHash('sha256').update(`${turn} ${index} ${given}`).digest('hex')
  return BigInt(`0x${digest}`).toString(36).slice(-9)
}

function settleArguments(args: unknown): string {
  const text = typeof args === 'string' ? args : JSON.stringify(args ?? {})
  if (text.length > ANSWER_LIMITS.argumentChars)
    return JSON.stringify({ too_long: `${text.length} characters, at most ${ANSWER_LIMITS.argumentChars}` })
  const trimmed = text.trim().toWellFormed()
  return trimmed === '' ? '{}' : unwrapped(trimmed)
}

/** JSON text within a JSON text, and a fence around either. */
function unwrapped(text: string): string {
  const bare = text.startsWith('```') ? text.slice(text.indexOf('\n') + 1, text.lastIndexOf('```')).trim() : text
  if (!bare.startsWith('"')) return bare
  try {
    const inner: unknown = JSON.parse(bare)
    return typeof inner === 'string' ? inner : bare
  } catch {
    return bare // Broken: the function's boundary answers with what is wrong.
  }
}

/** Text, or the text parts of a list. */
function readText(content: unknown): string {
  const all = Array.isArray(content)
    ? content.map((part) => (typeof part === 'string' ? part : textOf(member(part, 'text')))).join('')
    : textOf(content)
  return all.slice(0, ANSWER_LIMITS.textChars)
}
const textOf = (value: unknown) => (typeof value === 'string' ? value : '')

/** Reasoning in tags is private: whole, without its beginning, or without its end. */
function withoutReasoning(text: string): string {
  let rest = text
  for (const tag of ['think', 'thinking', 'reasoning', 'thought']) {
    const close = rest.lastIndexOf(`</${tag}>`)
    if (close !== -1) {
      const open = rest.indexOf(`<${tag}>`)
      rest = `${open !== -1 && open < close ? rest.slice(0, open) : ''}${rest.slice(close + tag.length + 3)}`
    }
    const unclosed = rest.indexOf(`<${tag}>`)
    if (unclosed !== -1) rest = rest.slice(0, unclosed)
  }
  return rest.replace(/<\|[a-z_]{1,30}\|>/g, '').trim()
}

function first(value: unknown): unknown {
  return Array.isArray(value) ? value[0] : undefined
}
