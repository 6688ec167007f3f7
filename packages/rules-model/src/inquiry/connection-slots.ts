import { ConnectionStatsResult } from '@oncall-lab/on-call-agent/database-functions'
import { readResult } from '../facts/facts.ts'
import { memberOf, quoteFrom } from '../quote.ts'
import { nameOf, SLOTS } from '../signals/inside-database.ts'
import type { Answer, Asked, InquiryKind } from './question.ts'

/** "Who holds the connection slots?" */
export const connectionSlots: InquiryKind = {
  id: 'connection_slots',
  example: 'who holds the connection slots?',
  matches: (words) =>
    /\b(?:slots?|max_connections|sessions?)\b/.test(words) ||
    (/\b(?:connections?|connected|clients?)\b/.test(words) &&
      /\b(?:who|which|how many|what|number of|list|show|use[ds]?|holds?|hogs?|free|left|full|open|many|exhaust\w*|count)\b/.test(words)),
  questions: () => [SLOTS],
  answer: answerSlots,
}

function answerSlots({ transcript, tools }: Asked): Answer {
  if (!tools.includes(SLOTS.tool)) return { answer: 'No database is configured that I could look into.', evidence: [] }
  const reading = readResult(ConnectionStatsResult, transcript.calls, SLOTS)
  if (reading.kind !== 'seen')
    return { answer: `I could not see the database's connections${reading.kind === 'unseen' ? `: ${reading.why}` : ''}.`, evidence: [] }
  const { database, max_connections, used, free, reserved, by_client } = reading.value
  const holders = by_client
    .slice(0, 8)
    .map((client) => `- ${nameOf(client)} (role ${client.user}): ${client.sessions}, ${client.idle} of them idle`)
  return {
    answer: [
      `${used} of the ${max_connections} connection slots of ${database} are used, ${free} are free for ordinary roles, ${reserved} are reserved. By client:`,
      ...holders,
    ].join('\n'),
    evidence: [
      ...[quoteFrom(reading.call, ...memberOf('used', used)) ?? []].flat(),
      ...by_client
        .slice(0, 3)
        .flatMap(
          ({ application, user }) => quoteFrom(reading.call, ...memberOf('application', application), ...memberOf('user', user)) ?? [],
        ),
    ],
  }
}
