import { keyOf, readFacts } from '../facts/facts.ts'
import type { Question } from '../facts/metric-queries.ts'
import { isLook, type PersonMessage, type Transcript } from '../transcript.ts'
import { fit } from '../wording.ts'
import type { Conversation, Intent } from './intent.ts'
import { INTENTS } from './intents.ts'
import { hear } from './said.ts'

/** What a phone shows without cutting. */
const LONGEST_REPLY = 1_200
/** The agent takes no more calls in one answer; the rest is asked in the next. */
const MOST_AT_ONCE = 8

/** Answers a person's message: first the functions that the answer needs (each once), then the words. What is not understood is said so. */
export function converse(
  transcript: Transcript,
  message: PersonMessage,
  { tools, isOffered }: Pick<Conversation, 'tools' | 'isOffered'>,
): { questions: Question[]; text: string } {
  const earlier = transcript.calls.filter(({ position }) => position < message.position)
  const since = transcript.calls.filter(({ position }) => position > message.position)
  const conversation: Conversation = {
    said: hear(message.text),
    transcript,
    facts: readFacts(transcript.alerts, earlier.filter(isLook)),
    fresh: readFacts(transcript.alerts, since),
    earlier,
    tools,
    isOffered,
  }
  const intents = withoutCollisions(INTENTS.filter((intent) => intent.matches(conversation)))
  const wanted = new Map(intents.flatMap((intent) => intent.questions(conversation)).map((question) => [keyOf(question), question]))
  const questions = [...wanted].filter(([key]) => !since.some((call) => call.key === key)).map(([, question]) => question)
  if (questions.length > 0) return { questions: questions.slice(0, MOST_AT_ONCE), text: '' }
  const replies = intents.map((intent) => intent.reply(conversation))
  return { questions, text: replies.length > 0 ? shorten(replies) : notUnderstood(conversation) }
}

/** Every answer gets its part of the room. */
function shorten(replies: string[]): string {
  const whole = replies.join('\n\n')
  if (whole.length <= LONGEST_REPLY) return whole
  const room = Math.floor(LONGEST_REPLY / replies.length) - 2
  return replies.map((reply) => fit(reply, room)).join('\n\n')
}

/** One question gets one answer: what an intent stands for is left out, and thanks are heard only where nothing else is said. */
function withoutCollisions(intents: Intent[]): Intent[] {
  const covered = new Set(intents.flatMap(({ instead }) => instead ?? []))
  const left = intents.filter(({ id }) => !covered.has(id))
  return left.length > 1 ? left.filter(({ id }) => id !== 'thanks') : left
}

/** One line with the three likeliest things to write. */
function notUnderstood({ earlier, transcript }: Conversation): string {
  const hasTicket = earlier.some(({ name, outcome }) => name === 'create_jira_ticket' && outcome.kind === 'ok')
  const first = transcript.diagnosis ? '*why?*' : '*what happened?*'
  return `Sorry, I did not understand that. Try ${first}, *still happening?* or ${hasTicket ? '*who is on it?*' : '*create ticket and assign to <name>*'}; *help* lists the rest.`
}
