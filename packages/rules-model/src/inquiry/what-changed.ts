import { ListChangesResult } from '@oncall-lab/on-call-agent/look-functions'
import { readResult } from '../facts/facts.ts'
import { quoteFrom } from '../quote.ts'
import { CHANGES, describeChange, spanOf } from '../signals/recent-change.ts'
import { clock, excerpt } from '../wording.ts'
import type { Answer, Asked, InquiryKind } from './question.ts'

/** "What was changed lately?" */
export const whatChanged: InquiryKind = {
  id: 'what_changed',
  example: 'what was changed lately?',
  matches: (words) => /\b(?:chang\w*|deploy\w*|releas\w*|rolled|roll-?outs?|settings?|configur\w*|scaled|version|commits?)\b/.test(words),
  questions: () => [CHANGES],
  answer: answerChanges,
}

function answerChanges({ transcript, tools }: Asked): Answer {
  if (!tools.includes(CHANGES.tool)) return { answer: 'No target tells me what was changed.', evidence: [] }
  const reading = readResult(ListChangesResult, transcript.calls, CHANGES)
  if (reading.kind !== 'seen')
    return { answer: `I could not see what was changed${reading.kind === 'unseen' ? `: ${reading.why}` : ''}.`, evidence: [] }
  const { changes, truncated, complete, errors } = reading.value
  const span = spanOf(reading.value)
  const unread = complete ? '' : ` Not all could be read${errors[0] ? `: ${excerpt(errors[0], 120)}` : ''}.`
  if (changes.length === 0) {
    const answer = complete ? `Nothing was changed within the last ${span}.` : `I see no change within the last ${span}.${unread}`
    return { answer, evidence: [quoteFrom(reading.call, '"changes":[]') ?? []].flat() }
  }
  const lines = changes.map((change) => `- ${clock(change.at)}: ${describeChange(change)}, by ${excerpt(change.by, 60)}`)
  return {
    answer: [
      `Within the last ${span}, the newest first${truncated > 0 ? ` (${truncated} older ones left out)` : ''}:${unread}`,
      ...lines,
    ].join('\n'),
    evidence: changes.slice(0, 4).flatMap(({ at }) => quoteFrom(reading.call, at) ?? []),
  }
}
