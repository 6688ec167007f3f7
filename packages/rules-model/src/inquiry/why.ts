import { diagnose } from '../engine/diagnose.ts'
import { nextQuestions } from '../engine/plan.ts'
import { type Facts, readFacts } from '../facts/facts.ts'
import { isLook } from '../transcript.ts'
import type { Answer, Asked, InquiryKind } from './question.ts'

/** Rounds of looks; the agent gives an inquiry six answers. */
const MOST_ROUNDS = 4

/** The engine's own work on a symptom that a person names instead of an alert. */
function whyOf(id: string, example: string, pattern: RegExp, symptom: string): InquiryKind {
  const factsOf = ({ transcript, service }: Asked): Facts =>
    readFacts(
      [{ alertname: symptom, severity: 'none', service, summary: '', labels: { service }, startsAt: undefined }],
      transcript.calls.filter(isLook),
    )
  return {
    id,
    example,
    matches: (words) => pattern.test(words),
    questions: (asked) => (asked.transcript.turns >= MOST_ROUNDS ? [] : nextQuestions(factsOf(asked), asked.tools)),
    answer(asked): Answer {
      const {
        root_cause,
        status,
        confidence,
        evidence,
        next_steps,
        alternatives = [],
      } = diagnose(factsOf(asked), { place: false, quotes: new Set() })
      // Its first sentence is about an alert that there is not.
      if (status === 'false_alarm') return { answer: `I see nothing of that. ${root_cause.replace(/^[^.]*\. /, '')}`, evidence }
      const lead = status === 'inconclusive' ? '' : `Most likely (confidence ${confidence.toFixed(2)}): `
      const further = [...alternatives.slice(0, 2), ...next_steps.slice(0, 2).map((step) => `Next: ${step}`)]
      return { answer: [`${lead}${root_cause}`, ...further].join('\n'), evidence }
    },
  }
}

/** "Why is it slow?" */
export const whySlow = whyOf(
  'why_slow',
  'why is it slow?',
  /\b(?:slow\w*|latency|lag\w*|sluggish|takes? (?:so )?long|response times?|time ?outs?)\b/,
  'HighLatency',
)

/** "Why does it fail?" */
export const whyFailing = whyOf(
  'why_failing',
  'why does it fail?',
  /\bwhy\b.*\b(?:fail\w*|errors?|5\d\d|broken|down|crash\w*)\b|\bwhat(?:'s| is) (?:causing|behind)\b/,
  'HighErrorRate',
)
