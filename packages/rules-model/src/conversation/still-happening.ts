import { mainSymptoms } from '../engine/judge.ts'
import type { Ease } from '../facts/ease.ts'
import { errorsHaveEased } from '../facts/error-rates.ts'
import { ERROR_RATE, type Facts } from '../facts/facts.ts'
import { FRESH_LOGS } from '../facts/scrape-windows.ts'
import { NOTABLE_ERROR_RATE } from '../facts/symptoms.ts'
import { easeOf, easeQuestions } from '../signals/ease.ts'
import { percent, sentence } from '../wording.ts'
import type { Conversation, Intent } from './intent.ts'

/** "Is it still happening?": looks again now. */
export const stillHappening: Intent = {
  id: 'still_happening',
  example: '*is it still happening?*',
  matches: ({ said }) =>
    /\b(still|now|ongoing|happening|continu\w*|going on|happens)\b.*\b(happening|happens|failing|fails|broken|down|slow|ongoing|there|going on|errors?|bad|red|firing|an issue|a problem|crashing|leaking|high)\b/.test(
      said.words,
    ) ||
    /\b(is it|is this|are we|is everything|is that|has it|did it|is)\b.*\b(still|happening|ongoing|going on|over|stopped|fixed|recovered|better|resolved|gone|ok now|fine now|back|stop|recover|green|worse)\b/.test(
      said.words,
    ) ||
    /\b(check|look) (again|now)\b|\brecheck\b|\b(current (state|status|errors)|error rate)\b|\bcan i (relax|go home)\b|\bhow is it( looking| going| now)?\b|\bany change\b|^(still|now)\b/.test(
      said.words,
    ) ||
    /^((give me )?(a |the )?(current )?status( update)?|update|any (news|update)s?|state)( (please|now))*$/.test(said.words),
  questions: ({ facts, tools }) => {
    const watched = easeQuestions(mainSymptoms(facts), facts)
    return [ERROR_RATE, FRESH_LOGS, ...watched].filter(({ tool }) => tools.includes(tool))
  },
  reply,
}

interface Look {
  kind: 'on' | 'over' | 'unseen'
  says: string
}

function reply({ facts, fresh, transcript }: Conversation): string {
  const symptoms = mainSymptoms(facts)
  const others = [...symptoms].flatMap((symptom) => (symptom === 'errors' ? [] : [readEase(easeOf(symptom, fresh))]))
  const errors = lookAtErrors(fresh)
  const looks = symptoms.size === 0 || symptoms.has('errors') || errors.kind === 'on' ? [errors, ...others] : others
  const verdict = looks.some(({ kind }) => kind === 'on')
    ? 'Still going on'
    : looks.every(({ kind }) => kind === 'over')
      ? 'It looks over'
      : 'I cannot tell for certain'
  const before = transcript.diagnosis ? '' : ' There is no diagnosis yet.'
  const told = looks.includes(errors) ? looks : [...looks, errors]
  const [first, ...rest] = told.toSorted((a, b) => Number(b.kind === 'on') - Number(a.kind === 'on'))
  return [`*${verdict}:* ${first?.says ?? 'nothing could be read'}.${before}`, ...rest.map(({ says }) => `- ${sentence(says)}`)].join('\n')
}

function lookAtErrors(fresh: Facts): Look {
  if (fresh.rate.kind !== 'seen')
    return { kind: 'unseen', says: `the error rate could not be seen${fresh.rate.kind === 'unseen' ? ` (${fresh.rate.why})` : ''}` }
  const { last_15_seconds: newest, last_minute } = fresh.rate.value
  const minute =
    last_minute.error_rate === null ? 'no request within the last minute' : `${percent(last_minute.error_rate)} within the last minute`
  if (newest.error_rate === null) return { kind: 'unseen', says: `no request came in the last 15 s, so nothing could fail (${minute})` }
  if (newest.error_rate > NOTABLE_ERROR_RATE)
    return { kind: 'on', says: `${percent(newest.error_rate)} of the requests of the last 15 s failed (${minute})` }
  const log = fresh.freshLogs
  if (log.kind === 'seen' && log.value.count > 0)
    return {
      kind: 'on',
      says: `${percent(newest.error_rate)} of the requests of the last 15 s failed, and the log has ${log.value.count} new entries`,
    }
  const unread = log.kind === 'seen' ? 'no new log entry' : 'the log could not be read'
  const few =
    errorsHaveEased(fresh).kind === 'unknown' && newest.requests_per_second * newest.window_seconds < 5
      ? ', but there were few requests'
      : ''
  return {
    kind: log.kind === 'seen' && few === '' ? 'over' : 'unseen',
    says: `${percent(newest.error_rate)} of the requests of the last 15 s failed (${minute}), ${unread}${few}`,
  }
}

/** What can be seen and does not go on is over as far as one can see. */
function readEase({ kind, says }: Ease): Look {
  if (kind === 'no') return { kind: 'on', says }
  return { kind: kind === 'yes' || !/could not be seen|no data/.test(says) ? 'over' : 'unseen', says }
}
