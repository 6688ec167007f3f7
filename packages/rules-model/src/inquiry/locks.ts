import { LockInfoResult } from '@oncall-lab/on-call-agent/database-functions'
import { isCutResult, readResult } from '../facts/facts.ts'
import { memberOf, quoteFrom } from '../quote.ts'
import { LOCKS } from '../signals/inside-database.ts'
import { duration, list } from '../wording.ts'
import type { Answer, Asked, InquiryKind } from './question.ts'

/** "Who holds locks?" */
export const locks: InquiryKind = {
  id: 'locks',
  example: 'who holds locks?',
  matches: (words) => /\b(?:locks?|locked|locking|block(?:s|ed|ing)?|deadlocks?|waits? for)\b/.test(words),
  questions: () => [LOCKS],
  answer: answerLocks,
}

function answerLocks({ transcript, tools }: Asked): Answer {
  if (!tools.includes(LOCKS.tool)) return { answer: 'No database is configured that I could look into.', evidence: [] }
  const reading = readResult(LockInfoResult, transcript.calls, LOCKS)
  if (reading.kind !== 'seen')
    return { answer: `I could not see the database's locks${reading.kind === 'unseen' ? `: ${reading.why}` : ''}.`, evidence: [] }
  const { database, waiting, roots } = reading.value
  const evidence = [quoteFrom(reading.call, ...memberOf('waiting', waiting)) ?? []].flat()
  if (waiting === 0) {
    const answer = isCutResult(reading.value)
      ? `I see nobody who waits for a lock in the database ${database}, and not all could be read.`
      : `Nobody waits for a lock in the database ${database}.`
    return { answer, evidence }
  }
  if (roots.length === 0)
    return { answer: `${waiting} sessions of ${database} wait for locks. Who holds them could not be seen.`, evidence }
  const held = roots.map(
    ({ pid, application, user, state, transaction_seconds, blocks, holds, statement }) =>
      `- pid ${pid}, ${application || user}, ${state}${transaction_seconds === null ? '' : ` for ${duration(transaction_seconds)}`}: blocks ${blocks}${holds.length > 0 ? `, holds ${list(holds.slice(0, 3))}` : ''}${statement ? `; last statement: ${statement}` : ''}`,
  )
  return { answer: [`${waiting} sessions of ${database} wait for locks. At the root:`, ...held].join('\n'), evidence }
}
