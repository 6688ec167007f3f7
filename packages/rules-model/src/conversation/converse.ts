import { keyOf, readFacts } from '../facts/facts.ts'
import type { Question } from '../facts/metric-queries.ts'
import type { PersonMessage, Transcript } from '../transcript.ts'
import { fit } from '../wording.ts'
import type { Conversation } from './intent.ts'
import { EXAMPLES, INTENTS } from './intents.ts'
import { hear } from './said.ts'

/** What a phone shows without cutting. */
const LONGEST_REPLY = 1_200

/** Answers a person's message: first the functions that the answer needs (each once), then the words. What is not understood is said so. */
export function converse(transcript: Transcript, message: PersonMessage, tools: string[]): { questions: Question[]; text: string } {
  const earlier = transcript.calls.filter(({ position }) => position < message.position)
  const since = transcript.calls.filter(({ position }) => position > message.position)
  const conversation: Conversation = {
    said: hear(message.text),
    transcript,
    facts: readFacts(transcript.alerts, earlier),
    fresh: readFacts(transcript.alerts, since),
    earlier,
    tools,
  }
  const intents = INTENTS.filter((intent) => intent.matches(conversation))
  const wanted = new Map(intents.flatMap((intent) => intent.questions(conversation)).map((question) => [keyOf(question), question]))
  const questions = [...wanted].filter(([key]) => !since.some((call) => call.key === key)).map(([, question]) => question)
  if (questions.length > 0) return { questions, text: '' }
  const replies = intents.map((intent) => intent.reply(conversation))
  return { questions, text: replies.length > 0 ? shorten(replies) : notUnderstood() }
}

/** Every answer gets its part of the room. */
function shorten(replies: string[]): string {
  const whole = replies.join('\n\n')
  if (whole.length <= LONGEST_REPLY) return whole
  const room = Math.floor(LONGEST_REPLY / replies.length) - 2
  return replies.map((reply) => fit(reply, room)).join('\n\n')
}

function notUnderstood(): string {
  return `I did not understand that, and I do not guess. I understand:\n${EXAMPLES.map((example) => `- ${example}`).join('\n')}`
}
