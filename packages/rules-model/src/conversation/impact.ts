import { percent } from '../wording.ts'
import type { Conversation, Intent } from './intent.ts'

/** "How bad is it?", "who is affected?". */
export const impact: Intent = {
  id: 'impact',
  example: '*how bad is it?*',
  matches: ({ said }) =>
    /\b(how (bad|serious|many|much|critical|severe|urgent)|impact|affected|severity|customers?|users?)\b/.test(said.words),
  questions: () => [],
  reply: ({ facts, transcript: { diagnosis } }: Conversation) => {
    const priority = diagnosis ? `Priority: ${diagnosis.priority}. ` : ''
    if (facts.rate.kind !== 'seen') return `${priority}I could not see the error rate, so I do not know how many requests are affected.`
    const { last_minute, by_route } = facts.rate.value
    if (last_minute.error_rate === null)
      return `${priority}No request came within the minute before the diagnosis, so I cannot tell whether anybody is affected.`
    const worst = by_route.filter(({ errors_per_second }) => errors_per_second > 0).slice(0, 4)
    const routes = worst.map(({ route, error_rate }) => `- ${route}: ${percent(error_rate ?? 0)} fail`)
    return [
      `${priority}When I looked, ${percent(last_minute.error_rate)} of all requests failed within a minute. I see requests, not customers.`,
      ...routes,
    ].join('\n')
  },
}
