import { diagnose } from '../engine/diagnose.ts'
import { nextQuestions } from '../engine/plan.ts'
import { excerpt, percent } from '../wording.ts'
import type { Conversation, Intent } from './intent.ts'

/** "Look again", "re-check the cause": a whole new investigation of the present. */
export const lookAgain: Intent = {
  id: 'look_again',
  example: '*look again*',
  instead: ['still_happening', 'why', 'what_happened'],
  matches: ({ said }) =>
    /\b(look|investigate|diagnose|analy[sz]e|try) (it |this )?(again|once more|anew|afresh)\b|\bre-?(investigate|diagnose|analy[sz]e|run)\b|\bare you sure\b.*\bcheck\b/.test(
      said.words,
    ),
  questions: ({ fresh, tools }) => nextQuestions(fresh, tools),
  reply: ({ fresh, transcript }: Conversation) => {
    const now = diagnose(fresh, { quotes: new Set(), place: false })
    const before = transcript.diagnosis?.cause
    const same = before !== undefined && before === now.cause
    const lead = before === undefined ? '' : same ? '*As before:* ' : '*Changed:* '
    return `${lead}${excerpt(now.root_cause, 700)}\n(${now.status}, ${percent(now.confidence)} sure)`
  },
}
