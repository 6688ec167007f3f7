import { CreateTicketResult } from '@oncall-lab/on-call-agent/functions'
import { Value } from 'typebox/value'
import type { Transcript } from '../transcript.ts'
import { isAcknowledgement } from './acknowledge.ts'
import type { Conversation, Intent } from './intent.ts'
import { hear } from './said.ts'

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
    /\bwho (is|has|owns|works|took|takes|should)\b.*\b(on it|it|this|working|assigned|owner|ticket|handle|fix)\b|\bwhose\b.*\bticket\b|^who$/.test(
      said.words,
    ) ||
    /^(the )?(ticket|jira) (link|key|number|url|status)\b|\blink to the (ticket|jira)\b/.test(said.words),
  questions: () => [],
  reply: ({ earlier, transcript }: Conversation) => {
    const made = earlier.findLast(
      ({ name, outcome }) => name === 'create_jira_ticket' && outcome.kind === 'ok' && Value.Check(CreateTicketResult, outcome.value),
    )
    if (made?.outcome.kind !== 'ok' || !Value.Check(CreateTicketResult, made.outcome.value))
      return `${ownerOf(transcript)}I have not created a ticket for this incident, and have assigned nobody; whether somebody else did I do not see. Write *create ticket and assign to <name>* if you want one.`
    const { key, url, assignee } = made.outcome.value
    return `${ownerOf(transcript)}The ticket is *${key}*, ${assignee === null ? 'assigned to nobody' : `assigned to ${assignee}`} as far as I set it.\n${url}`
  },
}

/** Whoever wrote that they have it. */
function ownerOf({ laterMessages }: Transcript): string {
  return laterMessages.slice(0, -1).some(({ text }) => isAcknowledgement(hear(text))) ? 'You wrote that you are on it. ' : ''
}
