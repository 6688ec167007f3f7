import { excerpt, percent } from '../wording.ts'
import type { Conversation, Intent } from './intent.ts'

/** "What happened?", "what's wrong?": the cause in short. */
export const whatHappened: Intent = {
  id: 'what_happened',
  example: '*what happened?*',
  matches: ({ said }) =>
    /\bwhat (happened|is wrong|went wrong|is (it|this|up|the (issue|problem|cause|matter|diagnosis|root cause|error))|was (it|the cause)|is going on|is happening|broke|failed|failing|caused)\b|\broot cause\b|\b(summary|summari[sz]e|tl ?dr|details?|diagnosis|tell me more|more info)\b|^what$|^(what|huh)$/.test(
      said.words,
    ),
  questions: () => [],
  reply: ({ transcript: { diagnosis }, facts }: Conversation) => {
    if (diagnosis) return `${excerpt(diagnosis.root_cause, 800)}\n(${diagnosis.status}, ${percent(diagnosis.confidence)} sure)`
    return `There is no diagnosis. The alerts: ${facts.alerts.map(({ alertname, summary }) => `${alertname}: ${summary}`).join('; ') || 'none could be read'}.`
  },
}
