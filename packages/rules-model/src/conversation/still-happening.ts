import { errorsHaveEased } from '../facts/error-rates.ts'
import { ERROR_RATE, type Facts, FRESH_LOGS, INSTANCES } from '../facts/facts.ts'
import { askMetric, type Question } from '../facts/metric-queries.ts'
import { NOTABLE_ERROR_RATE, type Symptom } from '../facts/symptoms.ts'
import { cpuHasEased } from '../hypotheses/cpu-bound.ts'
import { crashLoop } from '../hypotheses/crash-loop.ts'
import { databaseHasEased } from '../hypotheses/database-down.ts'
import type { Ease } from '../hypotheses/hypothesis.ts'
import { memoryHasEased } from '../hypotheses/memory-growth.ts'
import { latencyHasEased } from '../hypotheses/slow-dependency.ts'
import { unreachable } from '../hypotheses/unreachable.ts'
import { mainSymptoms } from '../judge.ts'
import { percent } from '../wording.ts'
import type { Conversation, Intent } from './intent.ts'

/** What shows, for each symptom, whether it goes on. */
const WATCH: Record<Exclude<Symptom, 'errors'>, { questions: (job: string) => Question[]; ease: (fresh: Facts) => Ease }> = {
  latency: { questions: (job) => [askMetric('p95', job)], ease: latencyHasEased },
  cpu: { questions: (job) => [askMetric('cpu', job)], ease: cpuHasEased },
  memory: { questions: (job) => [askMetric('memory', job), askMetric('memory_closely', job)], ease: memoryHasEased },
  database: {
    questions: (job) => (['database_up', 'pool_in_use', 'pool_size', 'p95'] as const).map((name) => askMetric(name, job)),
    ease: databaseHasEased,
  },
  availability: {
    questions: (job) => [INSTANCES, askMetric('up', job)],
    ease: (fresh) =>
      [unreachable.hasEased(fresh), crashLoop.hasEased(fresh)].find(({ kind }) => kind === 'no') ?? unreachable.hasEased(fresh),
  },
}

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
    /\b(check|look) (again|now)\b|\brecheck\b|\bcurrent (state|status|error rate|errors)\b|\bhow is it( looking| going| now)?\b|\bany change\b|^(still|now)\b/.test(
      said.words,
    ) ||
    /^((give me )?(a |the )?(current )?status( update)?|update|any (news|update)s?|state)( (please|now))*$/.test(said.words),
  questions: ({ facts, tools }) => {
    const watched = [...mainSymptoms(facts)].flatMap((symptom) => (symptom === 'errors' ? [] : WATCH[symptom].questions(facts.job)))
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
  const others = [...symptoms].flatMap((symptom) => (symptom === 'errors' ? [] : [readEase(WATCH[symptom].ease(fresh))]))
  const errors = lookAtErrors(fresh)
  const looks = symptoms.size === 0 || symptoms.has('errors') || errors.kind === 'on' ? [errors, ...others] : others
  const verdict = looks.some(({ kind }) => kind === 'on')
    ? 'Yes, it is still happening.'
    : looks.every(({ kind }) => kind === 'over')
      ? 'No, it looks over.'
      : 'I cannot tell for certain.'
  const before = transcript.diagnosis ? '' : ' There is no diagnosis yet.'
  const told = (looks.includes(errors) ? looks : [...looks, errors]).map(({ says }) => `- ${says.charAt(0).toUpperCase()}${says.slice(1)}.`)
  return `*${verdict}*${before}\n${told.join('\n')}`
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
