import { ListIncidentsResult } from '@oncall-lab/on-call-agent/functions'
import { ERROR_RATE, FIRST_LOGS, INSTANCES, readFacts, readResult } from '../facts/facts.ts'
import { ALL_FIRING } from '../facts/metric-queries.ts'
import { NOTABLE_ERROR_RATE } from '../facts/symptoms.ts'
import { type Quote, quoteFrom } from '../quote.ts'
import { list, percent, perSecond } from '../wording.ts'
import type { Answer, Asked, InquiryKind } from './question.ts'
import { RECENT } from './recent-incidents.ts'

/** "Is anything wrong?": what is alerted, open, failing, missing. What could not be seen is said and is never "no". */
export const anyProblem: InquiryKind = {
  id: 'any_problem',
  example: 'any problem?',
  matches: (words) =>
    /\b(?:problems?|wrong|issues?|troubles?|health\w*|status|ok(?:ay)?|fine|alright|broken|failing|going on|everything|errors?|error rate|up|down|alive)\b/.test(
      words,
    ),
  questions: () => [ERROR_RATE, INSTANCES, ALL_FIRING, RECENT, FIRST_LOGS],
  answer: answerProblem,
}

interface Finding {
  kind: 'bad' | 'well' | 'unseen'
  says: string
  quote?: Quote | undefined
}

function answerProblem(asked: Asked): Answer {
  const findings = [firing, openIncidents, errorRate, instances].map((read) => read(asked))
  const of = (kind: Finding['kind']) => findings.flatMap((each) => (each.kind === kind ? each.says : []))
  const [bad, well, unseen] = [of('bad'), of('well'), of('unseen')]
  const verdict =
    bad.length > 0
      ? 'Something is wrong:'
      : unseen.length > 0
        ? 'Nothing wrong in what I can see, but not all could be seen.'
        : 'Nothing is wrong.'
  const said = [...bad, ...well].map((says) => `- ${says}`)
  return {
    answer: [verdict, ...said, ...(unseen.length > 0 ? [`Could not be seen: ${unseen.join('; ')}.`] : [])].join('\n'),
    evidence: findings.flatMap(({ quote }) => quote ?? []),
  }
}

function firing({ transcript }: Asked): Finding {
  const reading = readFacts([], transcript.calls).allFiring
  if (reading.kind !== 'seen') return { kind: 'unseen', says: `which alerts fire${reading.kind === 'unseen' ? ` (${reading.why})` : ''}` }
  const names = [...new Set(reading.value.flatMap(({ labels }) => labels.alertname ?? []))].filter((name) => !/watchdog/i.test(name))
  if (names.length === 0)
    return readFacts([], transcript.calls).isCut(ALL_FIRING)
      ? { kind: 'unseen', says: 'all alerts that fire, as only a part of them was shown' }
      : { kind: 'well', says: 'no alert fires' }
  return { kind: 'bad', says: `alerts fire: ${list(names)}`, quote: quoteFrom(reading.call, names[0] ?? '') }
}

function openIncidents({ transcript }: Asked): Finding {
  const reading = readResult(ListIncidentsResult, transcript.calls, RECENT)
  if (reading.kind !== 'seen') return { kind: 'unseen', says: `open incidents${reading.kind === 'unseen' ? ` (${reading.why})` : ''}` }
  const open = reading.value.incidents.filter(({ status }) => status !== 'resolved')
  const { incidents, complete } = reading.value
  if (open.length === 0 && !complete && incidents.length === 0) return { kind: 'unseen', says: 'open incidents, as none was shown' }
  if (open.length === 0)
    return { kind: 'well', says: complete ? 'no incident is open' : `none of the newest ${incidents.length} incidents is open` }
  const named = open.map(
    ({ ref, service, root_cause }) => `${ref} (${service}${root_cause === null ? '' : `: ${root_cause.slice(0, 100)}`})`,
  )
  return { kind: 'bad', says: `open incidents: ${list(named)}`, quote: quoteFrom(reading.call, `"ref":"${open[0]?.ref}"`) }
}

function errorRate({ transcript, service }: Asked): Finding {
  const { rate } = readFacts([], transcript.calls)
  if (rate.kind !== 'seen') return { kind: 'unseen', says: `the error rate of ${service}${rate.kind === 'unseen' ? ` (${rate.why})` : ''}` }
  const { error_rate, requests_per_second } = rate.value.last_minute
  if (error_rate === null) return { kind: 'unseen', says: `errors of ${service}, as no request came in the last minute` }
  return {
    kind: error_rate > NOTABLE_ERROR_RATE ? 'bad' : 'well',
    says: `${percent(error_rate)} of ${perSecond(requests_per_second)} of ${service} failed in the last minute`,
    quote: quoteFrom(rate.call, `"error_rate":${error_rate}`),
  }
}

function instances({ transcript }: Asked): Finding {
  const { instances: reading } = readFacts([], transcript.calls)
  if (reading.kind !== 'seen') return { kind: 'unseen', says: `the instances${reading.kind === 'unseen' ? ` (${reading.why})` : ''}` }
  const all = reading.value.instances
  const off = all.filter(({ state }) => state !== 'running')
  if (all.length === 0) return { kind: 'unseen', says: 'the instances, as none is listed' }
  if (off.length === 0) return { kind: 'well', says: `all ${all.length} instances run` }
  return {
    kind: 'bad',
    says: `${off.length} of ${all.length} instances do not run: ${list(off.map(({ instance, state }) => `${instance} is ${state}`))}`,
    quote: quoteFrom(reading.call, off[0]?.instance ?? ''),
  }
}
