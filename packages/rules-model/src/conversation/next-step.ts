import type { Conversation, Intent } from './intent.ts'

/** "What should I do first?". */
export const nextStep: Intent = {
  id: 'next_step',
  example: '*what should I do first?*',
  matches: ({ said }) =>
    /\b(what|which|how)\b.*\b(do|should|first|next|fix|start|try|step|steps|solve|mitigate)\b(?!.*\b(did|happen\w*|ticket|jira)\b)|\bnext steps?\b|\bwhat now\b|\bwhere do (i|we) start\b|\b(suggest\w*|recommend\w*|advice|advise)\b|\b(the|a|any) (fix|solution)\b/.test(
      said.words,
    ) && !/\bwhat (do|did|can) you\b/.test(said.words),
  questions: () => [],
  reply: ({ transcript: { diagnosis } }: Conversation) => {
    if (!diagnosis) return 'There is no diagnosis yet. Look at the log and the dashboards of the service by hand first.'
    const [first, ...rest] = diagnosis.next_steps
    const then = rest.slice(0, 3).map((step, index) => `${index + 2}. ${step}`)
    const fix = diagnosis.suggested_fix ? [`*Suggested fix:* ${diagnosis.suggested_fix}`] : []
    return [`*First:* ${first}`, ...(then.length > 0 ? ['Then:', ...then] : []), ...fix].join('\n')
  },
}
