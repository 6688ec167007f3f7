import { percent } from '../wording.ts'
import type { Conversation, Intent } from './intent.ts'

/** "False alarm": noted, with what was seen against it. */
export const falseAlarm: Intent = {
  id: 'false_alarm',
  instead: ['thanks', 'what_happened', 'still_happening'],
  matches: ({ said }) =>
    /\bfalse (alarm|positive|alert)\b|\b(ignore|dismiss) (it|this|that|the alert)\b|\bnot a (real )?(problem|issue|incident)\b|\bjust a test\b/.test(
      said.words,
    ),
  questions: () => [],
  reply: ({ facts }: Conversation) => {
    const rate = facts.rate.kind === 'seen' ? facts.rate.value.last_minute.error_rate : null
    const seen =
      rate !== null && rate > 0.02 ? ` When I looked, ${percent(rate)} of the requests failed, so please check before you go.` : ''
    return `Noted as a false alarm by you.${seen} I cannot close the alert; it ends when its rule does not fire any more. If the rule is wrong, change the rule.`
  },
}
