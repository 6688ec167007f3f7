import { ActiveConnectionsResult } from '@oncall-lab/on-call-agent/database-functions'
import { isCutResult, readResult } from '../facts/facts.ts'
import type { Question } from '../facts/metric-queries.ts'
import { memberOf, quoteFrom } from '../quote.ts'
import { nameOf } from '../signals/inside-database.ts'
import { duration, excerpt } from '../wording.ts'
import type { Answer, Asked, InquiryKind } from './question.ts'

const SESSIONS: Question = { tool: 'get_active_connections', args: {} }

/** "What runs longest in the database?" */
export const longestQueries: InquiryKind = {
  id: 'longest_queries',
  example: 'what runs longest in the database?',
  matches: (words) =>
    /\b(?:queries|query|statements?|transactions?|sql)\b/.test(words) ||
    (/\b(?:runs?|running)\b/.test(words) && /\b(?:database|db|postgres\w*)\b/.test(words)),
  questions: () => [SESSIONS],
  answer: answerLongest,
}

function answerLongest({ transcript, tools }: Asked): Answer {
  if (!tools.includes(SESSIONS.tool)) return { answer: 'No database is configured that I could look into.', evidence: [] }
  const reading = readResult(ActiveConnectionsResult, transcript.calls, SESSIONS)
  if (reading.kind !== 'seen')
    return { answer: `I could not see the database's sessions${reading.kind === 'unseen' ? `: ${reading.why}` : ''}.`, evidence: [] }
  const { longest, sessions, database } = reading.value
  if (longest.length === 0)
    return {
      answer: isCutResult(reading.value)
        ? `I was shown none of the ${sessions} sessions of ${database} that has run for long, and not all could be read.`
        : `Nothing of the ${sessions} sessions of ${database} has run for long.`,
      evidence: [quoteFrom(reading.call, ...memberOf('sessions', sessions)) ?? []].flat(),
    }
  const lines = longest.slice(0, 6).map((session) => {
    const { pid, state, statement_seconds, transaction_seconds, waits_for, statement } = session
    const time = statement_seconds ?? transaction_seconds
    const waits = waits_for ? `, waits for ${waits_for}` : ''
    return `- pid ${pid}, ${nameOf(session)}, ${state}${time === null ? '' : ` for ${duration(time)}`}${waits}: ${excerpt(statement, 140)}`
  })
  return {
    answer: [`The longest of ${sessions} sessions of ${database}:`, ...lines].join('\n'),
    evidence: longest.slice(0, 4).flatMap(({ pid }) => quoteFrom(reading.call, ...memberOf('pid', pid)) ?? []),
  }
}
