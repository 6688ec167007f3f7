import { ListIncidentsResult } from '@oncall-lab/on-call-agent/functions'
import { readResult } from '../facts/facts.ts'
import type { Question } from '../facts/metric-queries.ts'
import { quoteFrom } from '../quote.ts'
import { clock } from '../wording.ts'
import type { Answer, Asked, InquiryKind } from './question.ts'

const REF = /\bi(\d{1,9})\b/
/** As many as there can be. */
const LISTED: Question = { tool: 'list_incidents', args: { limit: 20 } }

/** "What is wrong with I7?": what the agent has on record of it. */
export const namedIncident: InquiryKind = {
  id: 'named_incident',
  example: 'what is wrong with I7?',
  matches: (words) => REF.test(words),
  questions: () => [LISTED],
  answer: answerIncident,
}

function answerIncident({ words, transcript }: Asked): Answer {
  const name = `I${REF.exec(words)?.[1]}`
  const reading = readResult(ListIncidentsResult, transcript.calls, LISTED)
  if (reading.kind !== 'seen')
    return { answer: `I could not read the incidents${reading.kind === 'unseen' ? `: ${reading.why}` : ''}.`, evidence: [] }
  const { incidents } = reading.value
  const found = incidents.find(({ ref }) => ref === name)
  if (!found) {
    const newest = incidents.map(({ ref }) => ref)
    const known = newest.length === 0 ? 'no incident is on record' : `I see the newest ${newest.length}, ${newest.at(-1)} to ${newest[0]}`
    return { answer: `${name} is not among the incidents that I can see: ${known}.`, evidence: [] }
  }
  const { service, status, severity, alerts, opened_at, root_cause, ticket } = found
  const opened = `${opened_at.slice(0, 10)} ${clock(opened_at)}`
  return {
    answer: [
      `${name} (${service}, ${severity}) is ${status}, opened ${opened}: ${alerts.join(', ') || 'no alert'}.`,
      root_cause ?? 'It has no diagnosis yet.',
      ...(ticket ? [`Ticket ${ticket}.`] : []),
    ].join('\n'),
    evidence: [quoteFrom(reading.call, `"ref":"${name}"`, name) ?? []].flat(),
  }
}
