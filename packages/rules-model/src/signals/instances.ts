import type { ListedInstance } from '@oncall-lab/on-call-agent/functions'
import { type Death, memoryBefore, recentDeaths } from '../facts/deaths.ts'
import { explainExit } from '../facts/exit-story.ts'
import { type Facts, INSTANCES, isAlerted, presentValues } from '../facts/facts.ts'
import { quotePoint } from '../facts/load.ts'
import { askMetric } from '../facts/metric-queries.ts'
import { beganAt, isBeginKnown } from '../facts/onset.ts'
import { type Series, samplesOf } from '../facts/series.ts'
import { FLAPS, isGhost, timesDown } from '../facts/target-course.ts'
import { memberOf, quoteFrom } from '../quote.ts'
import { clock, excerpt, list } from '../wording.ts'
import { defineSignal, EMPTY, seen, unread } from './signal.ts'

const aboutProcesses = (facts: Facts) => facts.symptoms.has('availability') || recentDeaths(facts).length > 0

/** Processes that ended although nobody asked for it, near this trouble. */
export const deaths = defineSignal({
  about: 'the processes’ exits',
  source: 'instances',
  levels: ['again_and_again', 'together', 'once', 'none'],
  abnormal: ['again_and_again', 'together', 'once'],
  needsAll: ['none'],
  questions: () => [INSTANCES],
  read: (facts) => {
    const { instances } = facts
    if (instances.kind !== 'seen') return unread(instances) ?? EMPTY
    if (instances.value.instances.length === 0) return EMPTY
    const all = recentDeaths(facts)
    const [worst] = all
    if (!worst)
      return seen('none', 'no process has died of late', {
        quote: quoteFrom(instances.call, ...memberOf('restarts', 0), ...memberOf('last_exit', null)),
      })
    // Several that end once, and none of them before: what ended them is outside of them.
    const level =
      worst.restarts >= 2 ? 'again_and_again' : all.length === 1 ? 'once' : worst.restarts === 0 ? 'together' : 'again_and_again'
    return seen(
      level,
      `${worst.instance} ended with ${worst.says} at ${clock(worst.at)}${worst.restarts > 1 ? ` and counts ${worst.restarts} restarts` : ''}`,
      {
        quote: worst.quote,
        instances: all.map(({ instance }) => instance),
        notes: [explainExit(facts, worst)],
      },
    )
  },
})

/** How the worst of them ended. */
export const exit = defineSignal({
  about: 'how the process ended',
  source: 'exits',
  levels: [
    'killed_after_growth',
    'killed_out_of_the_blue',
    'killed',
    'heap_full',
    'aborted',
    'native_crash',
    'at_start',
    'exit_code',
    'terminated',
    'ended',
  ],
  abnormal: [],
  questions: (facts) => (aboutProcesses(facts) ? [INSTANCES, askMetric('memory', facts.job), askMetric('memory_closely', facts.job)] : []),
  read: (facts) => {
    const [worst] = recentDeaths(facts)
    if (!worst) return unread(facts.instances) ?? EMPTY
    return seen(exitLevel(facts, worst), `it ended with ${worst.says}`, { quote: worst.quote })
  },
})

/** A process that ends within this time of its start, again and again, does not get to its work. */
const AT_START_SECONDS = 5

function exitLevel(facts: Facts, death: Death) {
  const memory = memoryBefore(facts, death).kind
  if (death.how === 'killed') return memory === 'high' ? 'killed_after_growth' : memory === 'low' ? 'killed_out_of_the_blue' : 'killed'
  if (death.how === 'aborted') return memory === 'high' ? 'heap_full' : 'aborted'
  if (death.how === 'exit_code' && facts.instances.kind === 'seen') {
    const listed = facts.instances.value.instances.find(({ instance }) => instance === death.instance)
    const unasked = (listed?.exits ?? []).filter(({ expected }) => !expected)
    if (unasked.length > 0 && unasked.every(({ uptime_seconds }) => uptime_seconds <= AT_START_SECONDS)) return 'at_start'
  }
  return death.how
}

/** Restarts longer than this before a trouble are another one's. */
const BEFORE_MS = 60_000

/** Whether the restarts that are counted go up. */
export const restarts = defineSignal({
  about: 'the count of restarts',
  source: 'exits',
  levels: ['several', 'one', 'none'],
  abnormal: ['several'],
  needsAll: ['none'],
  questions: (facts) => (aboutProcesses(facts) ? [askMetric('restarts', facts.job)] : []),
  read: (facts) => {
    const reading = facts.metric('restarts')
    if (reading.kind !== 'seen') return unread(reading) ?? EMPTY
    const since = (beganAt(facts) ?? 0) - BEFORE_MS
    const rises = reading.value.map((series) => {
      const samples = samplesOf(series)
      const lately = samples.filter(({ at }) => at >= since)
      // The last count before is where the rise begins.
      const values = [...samples.filter(({ at }) => at < since).slice(-1), ...lately].map(({ value }) => value)
      return { series, rise: (values.at(-1) ?? 0) - (values[0] ?? 0), now: values.at(-1) ?? 0 }
    })
    const [top] = rises.sort((a, b) => b.rise - a.rise)
    if (!top) return EMPTY
    const quote = quotePoint(reading.call, top.series)
    const name = top.series.labels.port ? `the instance on port ${top.series.labels.port}` : 'an instance'
    if (top.rise <= 0)
      return seen('none', `no restart was counted ${isBeginKnown(facts) ? 'since it began' : 'in what was read'}`, { quote })
    return seen(top.rise >= 2 ? 'several' : 'one', `${name} counts ${top.now} restarts now`, { quote })
  },
})

/** On its way up or down because somebody asked for it: a release that is being put in place, a scaling. */
function isBeingReplaced({ state, exits = [], restarts }: ListedInstance): boolean {
  const last = exits.at(-1)
  return /^(starting|draining|stopping)$/.test(state) && (last === undefined ? restarts === 0 : last.expected)
}

/** Nobody expects an answer of what is being replaced. */
const isExpectedSilent = ({ instances }: Facts, name: string) =>
  instances.kind === 'seen' && instances.value.instances.some((one) => one.instance === name && isBeingReplaced(one))

/** Which instances run. */
export const running = defineSignal({
  about: 'which instances run',
  source: 'instances',
  levels: ['all', 'given_up', 'some', 'none'],
  abnormal: ['given_up', 'some', 'none'],
  needsAll: ['all', 'none'],
  questions: () => [INSTANCES],
  read: ({ instances, service }) => {
    if (instances.kind !== 'seen') return unread(instances) ?? EMPTY
    const all = instances.value.instances
    const up = all.filter(({ state }) => state === 'running')
    const quote = quoteFrom(
      instances.call,
      ...memberOf('state', all.find(({ state }) => state !== 'running')?.state ?? 'running'),
      '"instances":[]',
    )
    // Given up is what was tried again and again; one whose machine has gone is merely away.
    const given = all.filter(({ state, restarts, exits }) => state === 'fatal' && !(restarts === 0 && exits?.length === 1))
    const away = all.filter((one) => one.state !== 'running' && !isBeingReplaced(one))
    const spared = up.map(({ instance }) => instance)
    if (given[0])
      return seen(
        'given_up',
        `${list(given.map(({ instance }) => instance))} was given up${given[0].reason ? ` ("${excerpt(given[0].reason, 120)}")` : ''}`,
        {
          quote: quoteFrom(instances.call, ...(given[0].reason ? memberOf('reason', given[0].reason) : []), ...memberOf('state', 'fatal')),
          instances: given.map(({ instance }) => instance),
          spared,
        },
      )
    if (up.length === 0)
      return seen(
        'none',
        all.length === 0
          ? `the process manager lists no instance of ${service}`
          : `no instance runs: ${list(all.map(({ instance, state }) => `${instance} is in ${state}`))}`,
        {
          quote,
          instances: all.map(({ instance }) => instance),
        },
      )
    if (away.length > 0)
      return seen('some', list(away.map(({ instance, state }) => `${instance} is in ${state}`)), {
        quote,
        instances: away.map(({ instance }) => instance),
        spared,
      })
    return seen('all', `${up.length === 1 ? 'the one instance runs' : up.length === 2 ? 'both instances run' : 'all instances run'}`, {
      quote,
      instances: [],
      spared,
    })
  },
})

/** A supervisor kills what gives no answer: then the answers stop before the process does. A process that dies by itself answers until then. */
const MUTE_MS = 10_000

function wasMuteBefore(series: Series, listed: ListedInstance | undefined): boolean {
  const exit = listed?.last_exit
  if (exit?.signal !== 'SIGKILL') return false
  // One that lived no longer than that was not mute for so long.
  const lived = listed?.exits?.at(-1)?.uptime_seconds
  if (lived !== undefined && lived * 1_000 < MUTE_MS) return false
  const before = samplesOf(series).filter(({ at }) => at <= Date.parse(exit.at))
  const last = before.at(-1)
  const sinceZero = before.slice(before.findLastIndex(({ value }) => value > 0) + 1)
  return last !== undefined && last.value === 0 && Date.parse(exit.at) - (sinceZero[0]?.at ?? Number.POSITIVE_INFINITY) >= MUTE_MS
}

/** A process needs so long until it can answer. */
const STARTS_MS = 2_000

const USUAL_SCRAPE_SECONDS = 5

/** One scrape may be missed. */
const SILENT_SCRAPES = 2

/** Whether the process that runs now gave no answer, and not only once: another may have died, and this one taken its place. */
function isMute({ started_at }: ListedInstance, series: Series, facts: Facts): boolean {
  const samples = samplesOf(series)
  // What a course has at one moment is the scrape before it.
  const scrapeMs = (facts.scrapeSeconds ?? USUAL_SCRAPE_SECONDS) * 1_000
  const asked = samples.filter(({ at }) => started_at === null || at - scrapeMs - Date.parse(started_at) >= STARTS_MS)
  const silent = asked.length - 1 - asked.findLastIndex(({ value }) => value > 0)
  // Of an alert about it there were enough.
  return silent >= (facts.symptoms.has('availability') || samples.length === 1 ? 1 : SILENT_SCRAPES)
}

/** Whether the targets answer Prometheus, against whether their processes run. */
export const targets = defineSignal({
  about: 'which targets are up',
  source: 'up',
  levels: ['all_up', 'came_back', 'flapping', 'mute', 'mute_before', 'not_running', 'unlisted', 'down', 'none_known'],
  abnormal: ['flapping', 'mute', 'mute_before', 'not_running', 'unlisted', 'down', 'none_known'],
  needsAll: ['all_up'],
  settles: { levels: ['all_up'], seconds: 10 },
  questions: ({ job }) => [askMetric('up', job)],
  read: (facts) => {
    const { instances } = facts
    const reading = facts.metric('up')
    if (reading.kind !== 'seen') return unread(reading) ?? EMPTY
    const now = presentValues(reading)
    if (now.length === 0)
      return seen('none_known', `Prometheus knows no target of job ${facts.job}`, {
        quote: quoteFrom(reading.call, '"series":[]', '"series": []'),
      })
    const silent = now.filter(({ value, labels }) => value === 0 && !isExpectedSilent(facts, labels.instance ?? ''))
    const down = silent
      .filter(({ labels }) => isAlerted(facts, labels.instance ?? ''))
      .concat(silent.filter(({ labels }) => !isAlerted(facts, labels.instance ?? '')))
    const names = down.map(({ labels }) => labels.instance ?? '?')
    const [first] = down
    if (!first) {
      const was = now.filter(({ series }) => samplesOf(series).some(({ value }) => value === 0))
      const quote = now[0] && quotePoint(reading.call, now[0].series)
      const flapping = was.filter(({ series }) => timesDown(series) >= FLAPS)
      if (flapping[0])
        return seen(
          'flapping',
          `${list(flapping.map(({ labels }) => labels.instance ?? '?'))} goes down for Prometheus and answers again, over and over`,
          {
            quote: quoteFrom(reading.call, JSON.stringify(flapping[0].series.points.find(([, value]) => value === 0))),
            instances: flapping.map(({ labels }) => labels.instance ?? '?'),
          },
        )
      return was.length > 0
        ? seen('came_back', `${list(was.map(({ labels }) => labels.instance ?? '?'))} was down for Prometheus and answers again`, { quote })
        : seen('all_up', now.length === 1 ? 'the target answers Prometheus' : 'every target answers Prometheus', { quote })
    }
    const says = `${list(names)} ${names.length === 1 ? 'does' : 'do'} not answer Prometheus`
    const rest = { quote: quotePoint(reading.call, first.series), instances: names }
    if (instances.kind !== 'seen') return seen('down', says, rest)
    const listed = instances.value.instances
    const state = (name: string) => listed.find(({ instance }) => instance === name)?.state
    const mute = down.flatMap(({ labels, series }) => {
      const one = listed.find(({ instance }) => instance === labels.instance)
      return one?.state === 'running' && isMute(one, series, facts) ? [one.instance] : []
    })
    if (mute.length > 0)
      return seen('mute', `${says} although ${names.length === 1 ? 'its process runs' : 'their processes run'}`, {
        ...rest,
        instances: mute,
      })
    const killed = down.filter(({ series, labels }) =>
      wasMuteBefore(
        series,
        listed.find(({ instance }) => instance === labels.instance),
      ),
    )
    if (killed.length > 0) {
      const who = killed.map(({ labels }) => labels.instance ?? '?')
      return seen('mute_before', `${list(who)} had not answered Prometheus for a while before its process was killed`, {
        ...rest,
        instances: who,
      })
    }
    if (names.some((name) => state(name) !== undefined)) return seen('not_running', says, rest)
    // Nobody lists the process: it is gone, or the list of targets is old, or it is another part's.
    return listed.some(({ instance }) => now.some(({ labels }) => labels.instance === instance)) &&
      down.some(({ series }) => isGhost(series, facts))
      ? seen('unlisted', `${says}, and the process manager lists no such instance`, rest)
      : seen('down', says, rest)
  },
})
