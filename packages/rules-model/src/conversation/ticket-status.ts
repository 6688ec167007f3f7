import { CreateTicketResult } from '@oncall-lab/on-call-agent/functions'
import { Value } from 'typebox/value'
import type { Conversation, Intent } from './intent.ts'

/** "Is there a ticket?", "who is on it?". */
export const ticketStatus: Intent = {
  id: 'ticket_status',
  example: '*is there a ticket?*',
  matches: ({ said }) =>
    said.clauses.some(({ words }) =>
      /^(so |and )?(did|have|has|is|are|was|were|does|do (i|we)|should|shall|must|what|which|where|when|why|how|any)\b.*\b(tickets?|jira|tasks?|assigned|assignee)\b/.test(
        words,
      ),
    ) ||
    /\bwho\b/.test(said.words) ||
    /^(the )?(ticket|jira) (link|key|number|url|status)\b|\blink to the (ticket|jira)\b/.test(said.words),
  questions: () => [],
  reply: ({ earlier }: Conversation) => {
    const made = earlier.findLast(
      ({ name, outcome }) => name === 'create_jira_ticket' && outcome.kind === 'ok' && Value.Check(CreateTicketResult, outcome.value),
    )
    if (made?.outcome.kind !== 'ok' || !Value.Check(CreateTicketResult, made.outcome.value))
      return 'I have not created a ticket for this incident, so nobody is assigned. Write *create ticket and assign to <name>* if you want one.'
    const { key, url, assignee } = made.outcome.value
    return `The ticket is *${key}*, ${assignee === null ? 'assigned to nobody' : `assigned to ${assignee}`} when it was created.\n${url}`
  },
}
