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
      [{ alertname: symptom, severity: 'none', service, summary: '', labels: { service, external_id: 'inquiry' }, startsAt: undefined }],
      transcript.calls.filter(isLook),
    )
  return {
    id,
    example,
    matches: (words) => pattern.test(words),
    questions: (asked) => (asked.transcript.turns >= MOST_ROUNDS ? [] : nextQuestions(factsOf(asked), asked.tools)),
    answer(asked): Answer {
      const {
        cause,
        root_cause,
        status,
        confidence,
        evidence,
        next_steps,
        alternatives = [],
      } = diagnose(factsOf(asked), { place: false, quotes: new Set() })
      if (cause === 'nothing_wrong') {
        // Its first sentence tells whoever asked that they did.
        const answer = [
          `I see nothing of that (confidence ${confidence.toFixed(2)}): no reading of ${asked.service} confirms it.`,
          root_cause.replace(/^[^.]*\. /, ''),
        ]
        return { answer: [answer.join(' '), ...next_steps.slice(0, 3).map((step) => `Next: ${step}`)].join('\n'), evidence }
      }
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
