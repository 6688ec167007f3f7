import { recentDeaths } from '../facts/deaths.ts'
import type { Ease } from '../facts/ease.ts'
import { errorsHaveEased } from '../facts/error-rates.ts'
import { ERROR_RATE, type Facts, INSTANCES } from '../facts/facts.ts'
import { askAlertState, askMetric, type MetricName, type Question } from '../facts/metric-queries.ts'
import { FRESH_LOGS } from '../facts/scrape-windows.ts'
import type { Symptom } from '../facts/symptoms.ts'
import { retries } from './balancer.ts'
import { databaseReach, pool } from './database.ts'
import { running, targets } from './instances.ts'
import { latency } from './latency.ts'
import { cpu, traffic } from './load.ts'
import { memory } from './memory.ts'
import type { Observation, Signal } from './signal.ts'

const OFTEN_QUIET_MS = 120_000

/** Reads an end out of a signal: of `gone` it was there and is no more, of `on` it goes on. */
function easeBy<L extends string>(signal: Signal<L>, gone: readonly L[], on: readonly L[]): (facts: Facts) => Ease {
  return (facts) => {
    const found: Observation<L> = signal.read(facts)
    if (found.kind !== 'seen') return { kind: 'unknown', says: `${signal.about} could not be seen` }
    const kind = on.includes(found.level) ? 'no' : gone.includes(found.level) ? 'yes' : 'unknown'
    return { kind, says: found.says, quote: found.quote }
  }
}

function availabilityHasEased(facts: Facts): Ease {
  const run = easeBy(running, [], ['given_up', 'some', 'none'])(facts)
  const up = easeBy(targets, ['came_back'], ['mute', 'mute_before', 'not_running', 'unlisted', 'down', 'none_known'])(facts)
  const deaths = recentDeaths(facts)
  const newest = Math.max(...deaths.map(({ at }) => at))
  if (run.kind === 'no') return run
  if (up.kind === 'no') return up
  if (deaths.length === 0 || facts.now === undefined) return up
  return facts.now - newest >= OFTEN_QUIET_MS ? { ...run, kind: 'yes' } : { kind: 'no', says: 'a process died within the last two minutes' }
}

function databaseHasEased(facts: Facts): Ease {
  const reach = easeBy(databaseReach, ['back', 'all'], ['some', 'none'])(facts)
  const full = easeBy(pool, [], ['starved', 'full', 'full_moving'])(facts)
  const slow = easeBy(latency, ['eased'], ['slow'])(facts)
  return (
    [reach, full, slow].find(({ kind }) => kind === 'no') ??
    (reach.kind === 'yes' && !/again/.test(reach.says) && slow.kind !== 'yes' ? { ...reach, kind: 'unknown' } : reach)
  )
}

interface Watch {
  metrics: MetricName[]
  more: Question[]
  ease: (facts: Facts) => Ease
}

/** What shows, for each symptom, whether it goes on. */
const WATCH: Record<Symptom, Watch> = {
  errors: { metrics: [], more: [ERROR_RATE, FRESH_LOGS], ease: errorsHaveEased },
  latency: { metrics: ['p95', 'p95_by_route'], more: [], ease: easeBy(latency, ['eased'], ['slow']) },
  cpu: { metrics: ['cpu'], more: [], ease: easeBy(cpu, ['eased'], ['saturated', 'busy']) },
  memory: { metrics: ['memory', 'memory_closely'], more: [], ease: easeBy(memory, ['fallen'], ['rising', 'plateau', 'step']) },
  database: { metrics: ['database_up', 'pool_in_use', 'pool_size', 'p95'], more: [], ease: databaseHasEased },
  availability: { metrics: ['up'], more: [INSTANCES], ease: availabilityHasEased },
  traffic: {
    metrics: ['traffic', 'retries'],
    more: [],
    ease: (facts) => {
      const arriving = easeBy(traffic, [], ['surge', 'higher', 'lower', 'gone'])(facts)
      return [arriving, easeBy(retries, [], ['many'])(facts)].find(({ kind }) => kind === 'no') ?? arriving
    },
  },
  monitoring: {
    metrics: ['up'],
    more: [INSTANCES],
    ease: easeBy(targets, ['came_back'], ['mute', 'mute_before', 'not_running', 'unlisted', 'down', 'none_known']),
  },
  disk: { metrics: [], more: [], ease: () => ({ kind: 'unknown', says: 'free space could not be seen' }) },
}

/** Whether this symptom has stopped, by its own readings. */
export function easeOf(symptom: Symptom, facts: Facts): Ease {
  return WATCH[symptom].ease(facts)
}

/** What has to be asked to tell whether these symptoms have stopped. */
export function easeQuestions(symptoms: Iterable<Symptom>, { job, subject }: Facts): Question[] {
  const each = [...symptoms].flatMap((symptom) => [...WATCH[symptom].more, ...WATCH[symptom].metrics.map((name) => askMetric(name, job))])
  return subject.alertnames.length > 0 ? [...each, askAlertState(subject.alertnames)] : each
}
