import { CheckConnectionResult, DatabaseInfoResult } from '@oncall-lab/on-call-agent/database-functions'
import { readResult } from '../facts/facts.ts'
import type { Question } from '../facts/metric-queries.ts'
import { memberOf, quoteFrom } from '../quote.ts'
import { duration, mebibytes } from '../wording.ts'
import type { Answer, Asked, InquiryKind } from './question.ts'

const DOOR: Question = { tool: 'check_connection', args: {} }
const INFO: Question = { tool: 'get_database_info', args: {} }

/** "Is the database up?" */
export const databaseHealth: InquiryKind = {
  id: 'database',
  example: 'is the database up?',
  matches: (words) => /\b(?:database|db|postgres\w*)\b/.test(words) && !/\bwhy\b/.test(words),
  questions: () => [DOOR, INFO],
  answer: answerDatabase,
}

function answerDatabase({ transcript, tools }: Asked): Answer {
  if (!tools.includes(DOOR.tool)) return { answer: 'No database is configured that I could look into.', evidence: [] }
  const door = readResult(CheckConnectionResult, transcript.calls, DOOR)
  const info = readResult(DatabaseInfoResult, transcript.calls, INFO)
  if (door.kind !== 'seen') return { answer: `I could not see the database${door.kind === 'unseen' ? `: ${door.why}` : ''}.`, evidence: [] }
  const { reachable, milliseconds, error, database } = door.value
  const evidence = [quoteFrom(door.call, ...memberOf('reachable', reachable)) ?? []].flat()
  if (!reachable)
    return { answer: `No: ${database} does not let me in (${error?.code ?? 'no answer'}: ${error?.message ?? ''}).`, evidence }
  const facts =
    info.kind === 'seen'
      ? ` PostgreSQL ${info.value.version}, up for ${duration(info.value.uptime_seconds)}, ${mebibytes(info.value.size_bytes)}, at most ${info.value.max_connections} connections.`
      : ''
  return { answer: `Yes: ${database} answers within ${milliseconds} ms.${facts}`, evidence }
}
