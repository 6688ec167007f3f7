import type { ListInstancesResult } from '@oncall-lab/on-call-agent/functions'
import { memberOf, type Quote, quoteFrom } from '../quote.ts'
import { mebibytes } from '../wording.ts'
import { type Facts, isAlerted } from './facts.ts'
import { errorOnset, isAlertsOwn } from './onset.ts'
import { median, samplesOf } from './series.ts'

type Instance = ListInstancesResult['instances'][number]

/** An exit that nobody asked for. */
export interface Death {
  instance: string
  /** Milliseconds since 1970. */
  at: number
  restarts: number
  state: Instance['state']
  how: 'killed' | 'terminated' | 'aborted' | 'native_crash' | 'exit_code' | 'ended'
  /** `signal SIGKILL`, `exit code 1`. */
  says: string
  quote: Quote | undefined
}

/** A death this long before the alert is another story: rates must fill and `for:` must pass, no more. */
const LEAD_MS = 180_000
/** Failures that a death brings begin within this time of it. */
const BEFORE_ONSET_MS = 45_000
/** A process needs its time to end and to start on any clock. */
const LEAST_LEAD_MS = 60_000
const LEAST_BEFORE_ONSET_MS = 10_000
/** A process that dies again and again does so several times a minute: an exit that long before the newest one belongs to another trouble. */
const SAME_TROUBLE_MS = 60_000

/** Whether what ended then can belong to this trouble: not long before the alert, nor well before requests began to fail where that is what shows it. */
export function canBelong(at: number, facts: Facts): boolean {
  const { startedAt, now, symptoms, pace } = facts
  const lead = Math.max(LEAD_MS * pace, LEAST_LEAD_MS)
  const earliest = startedAt ?? (now === undefined ? undefined : now - lead)
  const counted = symptoms.has('availability') ? undefined : errorOnset(facts)
  const onset = counted && isAlertsOwn(counted, facts) ? counted : undefined
  return (
    !(earliest !== undefined && earliest - at > lead) && !(onset && at < onset.at - Math.max(BEFORE_ONSET_MS * pace, LEAST_BEFORE_ONSET_MS))
  )
}

/**
 * The unasked exits that can belong to this trouble, most restarted instance first: not long before the alert, of the newest series of exits, and of the
 * instance that the alert names where it names one.
 */
export function recentDeaths(facts: Facts): Death[] {
  const { instances } = facts
  if (instances.kind !== 'seen') return []
  const { call } = instances
  const deaths = instances.value.instances.flatMap(({ instance, last_exit, restarts, state }): Death[] => {
    const at = last_exit ? Date.parse(last_exit.at) : Number.NaN
    if (!last_exit || Number.isNaN(at) || !canBelong(at, facts) || !isAlerted(facts, instance)) return []
    const quote = quoteFrom(
      call,
      ...memberOf('last_exit', last_exit),
      ...memberOf('signal', last_exit.signal),
      ...memberOf('restarts', restarts),
    )
    return [{ instance, at, restarts, state, ...nameExit(last_exit), quote }]
  })
  const newest = Math.max(...deaths.map(({ at }) => at))
  return deaths.filter(({ at }) => newest - at <= SAME_TROUBLE_MS).sort((a, b) => b.restarts - a.restarts || b.at - a.at)
}

function nameExit({ code, signal }: NonNullable<Instance['last_exit']>): Pick<Death, 'how' | 'says'> {
  const says = signal !== null ? `signal ${signal}` : `exit code ${code}`
  if (signal === 'SIGKILL' || code === 137) return { how: 'killed', says }
  if (signal === 'SIGTERM' || signal === 'SIGINT' || signal === 'SIGHUP' || code === 143 || code === 130) return { how: 'terminated', says }
  if (signal === 'SIGABRT' || code === 134) return { how: 'aborted', says }
  if (signal !== null || code === 139) return { how: 'native_crash', says }
  return { how: code === 0 ? 'ended' : 'exit_code', says }
}

/** What an instance held before it died: `high` when it had grown by half or stood at twice the others, `low` otherwise, `unknown` without samples. */
export function memoryBefore(facts: Facts, { instance, at }: Death): { kind: 'high' | 'low' | 'unknown'; says: string } {
  const reading = facts.metric('memory')
  // The closer course has a sample nearer to the end; the longer one knows what was usual.
  const both = [reading, facts.metric('memory_closely')].flatMap((one) => (one.kind === 'seen' ? one.value : []))
  const own = both.filter(({ labels }) => labels.instance === instance)
  const before = own
    .flatMap(samplesOf)
    .filter((sample) => sample.at <= at)
    .sort((a, b) => a.at - b.at)
  const [first, last] = [before[0], before.at(-1)]
  if (!first || !last || at - last.at > 90_000) return { kind: 'unknown', says: 'memory before its end could not be seen' }
  const others =
    reading.kind === 'seen'
      ? reading.value.filter(({ labels }) => labels.instance !== instance).flatMap((other) => samplesOf(other).slice(-1))
      : []
  const usual = others.length > 0 ? median(others.map(({ value }) => value)) : Number.POSITIVE_INFINITY
  const lowest = Math.min(...before.map(({ value }) => value))
  const says = `it held ${mebibytes(last.value)} in its last sample before, ${mebibytes(lowest)} at least`
  return {
    kind: last.value >= 1.5 * lowest && last.value - lowest > 64 * 1_048_576 ? 'high' : last.value >= 2 * usual ? 'high' : 'low',
    says,
  }
}

/** The newest log entry that the instance wrote within 10 s before it died. */
export function lastWords({ logs }: Facts, { instance, at }: Death): string | undefined {
  if (logs.kind !== 'seen') return undefined
  const near = logs.value.result.entries.filter(
    (entry) => entry.instance === instance && at - Date.parse(entry.ts) < 10_000 && Date.parse(entry.ts) <= at + 1_000,
  )
  return near.at(-1)?.message
}
