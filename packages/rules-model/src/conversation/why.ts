import { quoteInWords } from '@oncall-lab/on-call-agent/quote-in-words'
import { excerpt, percent } from '../wording.ts'
import type { Conversation, Intent } from './intent.ts'
import { toolOf } from './ticket-text.ts'

/** "Why?", "how do you know?": the evidence. */
export const why: Intent = {
  id: 'why',
  example: '*why?*',
  matches: ({ said }) =>
    /\b(why|how come|how do you know|evidence|proof|prove|explain|reason|how sure|how certain|confiden\w+|are you sure|alternatives?|what else could)\b/.test(
      said.words,
    ),
  questions: () => [],
  reply: ({ transcript: { diagnosis }, said, earlier }: Conversation) => {
    if (!diagnosis) return 'There is no diagnosis yet, so there is nothing to explain.'
    const quotes = diagnosis.evidence
      .slice(0, 4)
      .map(
        ({ tool_call_id, quote }) =>
          `- ${earlier.find(({ id }) => id === tool_call_id)?.name ?? toolOf(tool_call_id)}: ${excerpt(quoteInWords(quote), 140)}`,
      )
    const others = (diagnosis.alternatives ?? []).slice(0, 2).map((text) => `- ${excerpt(text, 150)}`)
    const sure = `I am ${percent(diagnosis.confidence)} sure (${diagnosis.status}).`
    if (/\b(sure|certain|confiden\w+)\b/.test(said.words) && !/\bwhy\b/.test(said.words))
      return [sure, ...(others.length > 0 ? ['Other causes considered:', ...others] : [])].join('\n')
    return [
      excerpt(diagnosis.root_cause, 420),
      ...(quotes.length > 0 ? ['*What I saw:*', ...quotes] : ['I could not see anything to quote.']),
      ...(others.length > 0 ? ['*Considered and set aside:*', ...others] : []),
      sure,
    ].join('\n')
  },
}
