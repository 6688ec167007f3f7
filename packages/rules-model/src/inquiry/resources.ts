import { RuntimeMetricsResult } from '@oncall-lab/on-call-agent/look-functions'
import { RUNTIME, readResult } from '../facts/facts.ts'
import { memberOf, quoteFrom } from '../quote.ts'
import { perSecond } from '../wording.ts'
import type { Answer, Asked, InquiryKind } from './question.ts'

/** "How much memory and CPU do the instances use?" */
export const resources: InquiryKind = {
  id: 'resources',
  example: 'how much memory and CPU do the instances use?',
  matches: (words) =>
    /\b(?:memory|cpu|heap|rss|load|event loop|pools?|traffic|throughput|rps|requests? (?:per|a) second|how busy)\b/.test(words) &&
    !/\bwhy\b/.test(words),
  questions: () => [RUNTIME],
  answer: answerResources,
}

function answerResources({ transcript, tools }: Asked): Answer {
  if (!tools.includes(RUNTIME.tool)) return { answer: 'No target tells me what the instances use.', evidence: [] }
  const reading = readResult(RuntimeMetricsResult, transcript.calls, RUNTIME)
  if (reading.kind !== 'seen')
    return { answer: `I could not see what the instances use${reading.kind === 'unseen' ? `: ${reading.why}` : ''}.`, evidence: [] }
  const { instances, errors } = reading.value
  const lines = instances.map((row) => {
    const parts = [
      `${perSecond(row.requests_per_second)}`,
      `CPU ${row.cpu_cores} cores`,
      row.resident_mib === null ? '' : `memory ${row.resident_mib} MiB`,
      row.event_loop_lag_p99_ms === null ? '' : `event-loop lag ${row.event_loop_lag_p99_ms} ms`,
      row.pool_in_use === null ? '' : `${row.pool_in_use} of ${row.pool_max ?? '?'} database connections in use`,
    ]
    return `- ${row.instance}: ${parts.filter(Boolean).join(', ')}`
  })
  const unread = errors.length > 0 ? [`Could not be read: ${errors.join('; ')}.`] : []
  return {
    answer: [`${instances.length} instances, over two seconds:`, ...lines, ...unread].join('\n'),
    evidence: instances.slice(0, 6).flatMap(({ instance }) => quoteFrom(reading.call, ...memberOf('instance', instance)) ?? []),
  }
}
