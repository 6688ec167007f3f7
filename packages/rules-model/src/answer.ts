import type { Diagnosis } from '@oncall-lab/on-call-agent/api'
import { converse } from './conversation/converse.ts'
import { diagnose } from './engine/diagnose.ts'
import { hypothesesFrom } from './engine/hypotheses.ts'
import { nextQuestions } from './engine/plan.ts'
import { remediesFor, remedyQuestions } from './engine/remedy.ts'
import { readFacts } from './facts/facts.ts'
import type { Question } from './facts/metric-queries.ts'
import { answerQuestion } from './inquiry/answer-question.ts'
import { type AssistantMessage, type ChatMessage, textOf } from './openai-wire.ts'
import { readRefusals } from './refusals.ts'
import { isLook, questionKey, readTranscript, type Transcript } from './transcript.ts'

/** What this model is called; it is a set of rules, not a language model. */
export const MODEL_ID = 'oncall-rules-1'

/** After this many rounds of questions it concludes with what is there. */
const MOST_ROUNDS = 5
const MOST_DIAGNOSES = 3
/** The agent takes no more calls in one answer. */
const MOST_AT_ONCE = 12
const MOST_PROPOSALS = 4
/** What `send_answer` takes. */
const LONGEST_ANSWER = 4_000
const MOST_QUOTES = 10

/**
 * The next message of an on-call transcript. A pure function: the same messages and tools always give the same answer, ids of calls included
 * (`call_<n>_<function>`, n counting the calls of the transcript). It knows nothing but the messages, and what `propose_action` says of itself (`actions`): each
 * action that there is, its name before its parameters.
 */
export function answer(messages: ChatMessage[], tools: string[], actions?: string): AssistantMessage {
  const transcript = readTranscript(messages)
  if (tools.includes('send_answer')) return inquire(messages, transcript, tools)
  const { diagnosis, laterMessages, isDenied } = transcript
  const person = laterMessages.at(-1)
  if (diagnosis && (isDenied || !person)) return remedy(transcript, diagnosis, { tools, actions })
  // Until a person has written it is an investigation, whatever functions are offered.
  if (!person) return investigate(transcript, tools)
  const { questions, text } = converse(transcript, person, { tools, isOffered: (name) => isListed(name, actions) })
  return questions.length > 0 ? asks(transcript, questions) : says(text)
}

/** A question without an incident. */
function inquire(messages: ChatMessage[], transcript: Transcript, tools: string[]): AssistantMessage {
  const opening = messages.find(({ role }) => role === 'user')
  const { questions, answer: found } = answerQuestion(textOf(opening?.content), transcript, tools)
  if (questions.length > 0) return asks(transcript, questions)
  const args = found ? { answer: found.answer.slice(0, LONGEST_ANSWER), evidence: found.evidence.slice(0, MOST_QUOTES) } : {}
  return asks(transcript, [{ tool: 'send_answer', args }])
}

function investigate(transcript: Transcript, tools: string[]): AssistantMessage {
  const attempts = transcript.calls.filter(({ name }) => name === 'send_diagnosis')
  if (attempts.length >= MOST_DIAGNOSES) return says('The diagnosis was refused three times; I stop here.')
  const facts = readFacts(transcript.alerts, transcript.calls.filter(isLook))
  const questions = attempts.length > 0 || transcript.turns >= MOST_ROUNDS ? [] : nextQuestions(facts, tools)
  const notes = (concluded?: Diagnosis): Question[] =>
    tools.includes('note_hypotheses') ? [{ tool: 'note_hypotheses', args: hypothesesFrom(facts, concluded) }] : []
  const isNoted = transcript.calls.some(({ name }) => name === 'note_hypotheses')
  if (questions.length > 0) return asks(transcript, [...(isNoted ? [] : notes()), ...questions].slice(0, MOST_AT_ONCE))
  if (!tools.includes('send_diagnosis')) return says('There is nothing more to ask, and no function here to deliver a diagnosis with.')
  const diagnosis = diagnose(facts, readRefusals(attempts))
  return asks(transcript, [...(attempts.length > 0 ? [] : notes(diagnosis)), { tool: 'send_diagnosis', args: diagnosis }])
}

/** After the diagnosis, and after a denial: the least action that was not proposed yet, one at a time. */
function remedy(
  transcript: Transcript,
  diagnosis: Diagnosis,
  { tools, actions }: { tools: string[]; actions: string | undefined },
): AssistantMessage {
  if (!tools.includes('propose_action')) return says('The diagnosis is delivered.')
  const proposals = transcript.calls.filter(({ name }) => name === 'propose_action')
  const waits = proposals.at(-1)?.outcome.kind === 'ok' && !transcript.isDenied
  const facts = readFacts(transcript.alerts, transcript.calls.filter(isLook))
  const asked = (tool: string, args: object) => transcript.calls.some(({ key }) => key === questionKey(tool, args))
  const open = remedyQuestions(diagnosis, facts).filter(({ tool, args }) => tools.includes(tool) && !asked(tool, args))
  if (!waits && open.length > 0) return asks(transcript, open)
  const next = remediesFor(diagnosis, facts, { isOffered: (name) => isListed(name, actions) }).find(
    (each) => !asked('propose_action', each),
  )
  if (waits || !next || proposals.length >= MOST_PROPOSALS) return says('none')
  return asks(transcript, [{ tool: 'propose_action', args: { ...next } }])
}

/** Without a list every action may be there: its refusal says so. */
function isListed(name: string, actions: string | undefined): boolean {
  return actions === undefined || new RegExp(`(?<![\\w-])${name} \\{`).test(actions)
}

function says(content: string): AssistantMessage {
  return { role: 'assistant', content }
}

function asks({ calls }: Transcript, questions: Question[]): AssistantMessage {
  const tool_calls = questions.map(({ tool, args }, index) => ({
    id: `call_${calls.length + index + 1}_${tool}`,
    type: 'function' as const,
    function: { name: tool, arguments: JSON.stringify(args) },
  }))
  return { role: 'assistant', content: null, tool_calls }
}
