import { ListIncidentsResult } from '@oncall-lab/on-call-agent/functions'
import { readResult } from '../facts/facts.ts'
import type { Question } from '../facts/metric-queries.ts'
import { quoteFrom } from '../quote.ts'
import { clock, excerpt } from '../wording.ts'
import type { Answer, Asked, InquiryKind } from './question.ts'

export const RECENT: Question = { tool: 'list_incidents', args: { limit: 10 } }

/** "Recent incidents?" */
export const recentIncidents: InquiryKind = {
  id: 'recent_incidents',
  example: 'recent incidents?',
  matches: (words) =>
    /\b(?:incidents?|outages?|pages?|alerts?)\b/.test(words) &&
    /\b(?:recent|last|latest|past|today|yesterday|open|history|previous|earlier|list|which|what|any|how many)\b/.test(words),
  questions: () => [RECENT],
  answer: answerIncidents,
}

function answerIncidents({ transcript }: Asked): Answer {
  const reading = readResult(ListIncidentsResult, transcript.calls, RECENT)
  if (reading.kind !== 'seen')
    return { answer: `I could not read the earlier incidents${reading.kind === 'unseen' ? `: ${reading.why}` : ''}.`, evidence: [] }
  const { incidents, complete } = reading.value
  if (incidents.length === 0)
    return { answer: complete ? 'No incident is on record.' : 'I was shown no incident, and not all could be read.', evidence: [] }
  const open = incidents.filter(({ status }) => status !== 'resolved').length
  const lines = incidents.map(
    ({ ref, service, status, alerts, opened_at, root_cause, ticket }) =>
      `- ${ref} ${service}: ${alerts[0] ?? 'no alert'}, opened ${opened_at.slice(0, 10)} ${clock(opened_at)}, ${status}. ${root_cause === null ? 'No diagnosis yet.' : excerpt(root_cause, 140)}${ticket ? ` Ticket ${ticket}.` : ''}`,
  )
  return {
    answer: [`${complete ? '' : 'The newest '}${incidents.length} incidents, ${open} of them open:`, ...lines].join('\n'),
    evidence: incidents.slice(0, 5).flatMap(({ ref }) => quoteFrom(reading.call, `"ref":"${ref}"`, ref) ?? []),
  }
}
