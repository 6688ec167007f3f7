import { keyOf } from '../facts/facts.ts'
import type { Question } from '../facts/metric-queries.ts'
import { jsonValues } from '../json-in-text.ts'
import type { Transcript } from '../transcript.ts'
import { anyProblem } from './any-problem.ts'
import { connectionSlots } from './connection-slots.ts'
import { databaseHealth } from './database-health.ts'
import { instanceCount } from './instances.ts'
import { locks } from './locks.ts'
import { longestQueries } from './longest-queries.ts'
import { namedIncident } from './named-incident.ts'
import { pods } from './pods.ts'
import type { Answer, Asked, InquiryKind } from './question.ts'
import { recentIncidents } from './recent-incidents.ts'
import { resources } from './resources.ts'
import { whatChanged } from './what-changed.ts'
import { whyFailing, whySlow } from './why.ts'

/** In the order in which a question is tried on them: the first that understands it answers. */
const KINDS: readonly InquiryKind[] = [
  namedIncident,
  locks,
  connectionSlots,
  recentIncidents,
  whyFailing,
  longestQueries,
  whySlow,
  whatChanged,
  resources,
  pods,
  instanceCount,
  databaseHealth,
  anyProblem,
]

/** The next looks for a question, or its answer. `opening` is the message that holds it. */
export function answerQuestion(opening: string, transcript: Transcript, tools: string[]): { questions: Question[]; answer?: Answer } {
  const asked = readQuestion(opening, transcript, tools)
  const kind = KINDS.find(({ matches }) => matches(asked.words))
  if (!kind) return { questions: [], answer: notUnderstood() }
  const made = new Set(transcript.calls.map(({ key }) => key))
  const questions = kind.questions(asked).filter((question) => tools.includes(question.tool) && !made.has(keyOf(question)))
  return questions.length > 0 ? { questions } : { questions, answer: kind.answer(asked) }
}

function readQuestion(opening: string, transcript: Transcript, tools: string[]): Asked {
  const told = jsonValues(opening).find(
    (value): value is { question: string; service?: unknown } =>
      typeof value === 'object' && value !== null && 'question' in value && typeof value.question === 'string',
  )
  const service = typeof told?.service === 'string' && /^[\w.:-]+$/.test(told.service) ? told.service : 'unknown'
  return { words: (told?.question ?? opening).toLowerCase().slice(0, 1_000), service, tools, transcript }
}

function notUnderstood(): Answer {
  return {
    answer: `I am a set of rules, and do not understand that question. I understand: ${KINDS.map(({ example }) => `"${example}"`).join(', ')}.`,
    evidence: [],
  }
}
