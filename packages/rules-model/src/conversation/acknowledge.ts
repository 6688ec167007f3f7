import type { Conversation, Intent } from './intent.ts'
import type { Said } from './said.ts'

/** "ack", "on it", thumbs up: somebody takes the incident. */
export const acknowledge: Intent = {
  id: 'acknowledge',
  example: '*ack*',
  instead: ['thanks', 'out_of_reach', 'ticket_status', 'where', 'still_happening', 'what_happened'],
  matches: ({ said }) => isAcknowledgement(said),
  questions: () => [],
  reply: ({ transcript: { diagnosis } }: Conversation) => {
    const [first] = diagnosis?.next_steps ?? []
    return `Noted: you are on it.${first ? ` *First:* ${first}` : ''} I cannot silence the alert itself.`
  },
}

/** True for a message that takes the incident over. */
export function isAcknowledgement({ words, clauses }: Said): boolean {
  const plain = clauses.every(({ negated }) => !negated) && !/\b(how|should|what|which|can|could|do i)\b/.test(words)
  return (
    plain &&
    /\backnowledged?\b|^(ok |okay |yes |yep )*(i am |i'm |im |we are )?(already )?on it\b|\bi('ve| have)? (got|have|take|took) (it|this)\b|\bi('ll| will| am going to)? (take|handle|look at|check|fix|own) (it|this)\b|\blooking( into| at)? (it|this|now)\b|^looking$|\b(roger|copy that|will do|got it|taking (it|this))\b|\bi am (looking|checking|awake|up)\b/.test(
      words,
    )
  )
}
