import { type Death, lastWords, memoryBefore, recentDeaths } from '../facts/deaths.ts'
import { type Facts, INSTANCES } from '../facts/facts.ts'
import { quotePoint } from '../facts/load.ts'
import { askMetric } from '../facts/metric-queries.ts'
import { samplesOf } from '../facts/series.ts'
import { quoteFrom } from '../quote.ts'
import { clock, excerpt, list } from '../wording.ts'
import type { Assessment, Ease, Finding, Hypothesis } from './hypothesis.ts'

/** Processes die and are started again. */
export const crashLoop: Hypothesis = {
  id: 'crash_loop',
  name: 'Processes that die and are restarted',
  explains: ['availability', 'errors'],
  questions: (facts) =>
    facts.symptoms.has('availability') || recentDeaths(facts).length > 0
      ? [INSTANCES, ...(['up', 'restarts', 'memory', 'memory_closely'] as const).map((name) => askMetric(name, facts.job))]
      : [],
  assess,
  conclude: (facts) => {
    const deaths = recentDeaths(facts)
    return {
      rootCause: rootCause(facts, deaths),
      component: `${facts.service} (processes)`,
      instances: deaths.map(({ instance }) => instance),
      routes: [],
      nextSteps: nextSteps(facts, deaths),
      suggestedFix: undefined,
      place: undefined,
    }
  },
  hasEased,
}

function assess(facts: Facts): Assessment {
  const assessment: Assessment = { for: [], against: [], unseen: [] }
  const { instances } = facts
  if (instances.kind === 'unseen') assessment.unseen.push(`the instances (${instances.why})`)
  const deaths = recentDeaths(facts)
  const [worst] = deaths
  if (instances.kind === 'seen' && instances.value.instances.length > 0 && !worst) {
    const quote = quoteFrom(instances.call, '"restarts":0')
    assessment.against.push({ source: 'instances', weight: 0.8, says: 'no process has died of late', quote })
    return assessment
  }
  if (worst) {
    const says = `${worst.instance} ended with ${worst.says} at ${clock(worst.at)} and counts ${worst.restarts} restarts`
    // One death long before the alert is history; errors with a log line do not come out of a dead process.
    const weight = facts.symptoms.has('availability') ? (worst.restarts >= 2 ? 0.65 : 0.55) : 0.35
    assessment.for.push({ source: 'instances', weight, says, quote: worst.quote })
  }
  const restarts = restartsFinding(facts)
  if (restarts) assessment.for.push(restarts)
  if (worst || restarts) assessment.for.push(...upFinding(facts))
  if (facts.logs.kind === 'seen' && (facts.logs.value.signatures[0]?.entries.length ?? 0) >= 10 && !facts.symptoms.has('availability'))
    assessment.against.push({ source: 'log', weight: 0.4, says: 'the log holds many errors, which a dead process would not write' })
  return assessment
}

function restartsFinding(facts: Facts): Finding | undefined {
  const reading = facts.metric('restarts')
  if (reading.kind !== 'seen') return undefined
  const rises = reading.value.flatMap((series) => {
    const values = samplesOf(series).map(({ value }) => value)
    const rise = (values.at(-1) ?? 0) - (values[0] ?? 0)
    return rise > 0
      ? [
          {
            series,
            rise,
            name: series.labels.instance && series.labels.port ? `port ${series.labels.port}` : Object.values(series.labels).at(-1),
          },
        ]
      : []
  })
  const [top] = rises.sort((a, b) => b.rise - a.rise)
  return (
    top && {
      source: 'restarts',
      weight: top.rise >= 2 ? 0.5 : 0.35,
      says: `${top.rise} restarts within 10 minutes (${top.name ?? 'one instance'})`,
      quote: quotePoint(reading.call, top.series),
    }
  )
}

function upFinding(facts: Facts): Finding[] {
  const reading = facts.metric('up')
  if (reading.kind !== 'seen') return []
  const down = reading.value.filter((series) => samplesOf(series).some(({ value }) => value === 0))
  const [first] = down
  return first
    ? [
        {
          source: 'up',
          weight: 0.3,
          says: `Prometheus found ${list(down.map(({ labels }) => labels.instance ?? '?'))} down within 5 minutes`,
          quote: quotePoint(reading.call, first),
        },
      ]
    : []
}

function rootCause(facts: Facts, deaths: Death[]): string {
  const [worst] = deaths
  if (!worst)
    return `Processes of ${facts.service} restart (${restartsFinding(facts)?.says ?? 'no count'}); which, and how they ended, could not be seen.`
  const each = deaths
    .slice(0, 3)
    .map(({ instance, says, restarts, at }) => `${instance} (${says} at ${clock(at)}, ${restarts} restart${restarts === 1 ? '' : 's'})`)
  const again = worst.restarts >= 2 ? 'die again and again' : 'died'
  return `Processes of ${facts.service} ${again}: ${list(each)}. ${explainExit(facts, worst)}`
}

function explainExit(facts: Facts, death: Death): string {
  const words = lastWords(facts, death)
  const spoke =
    facts.logs.kind !== 'seen'
      ? 'The log could not be read.'
      : words
        ? `Just before, it logged "${excerpt(words, 120)}".`
        : 'It logged nothing before.'
  if (death.how === 'killed') return `${spoke} ${explainKill(facts, death)}`
  if (death.how === 'terminated') return `${spoke} Somebody or something stopped it from outside; it did not fail by itself.`
  if (death.how === 'aborted')
    return `${spoke} An abort is how Node ends when its heap is full or a native assertion fails; ${memoryBefore(facts, death).says}.`
  if (death.how === 'native_crash') return `${spoke} The signal means a crash in native code, not in JavaScript.`
  if (death.how === 'ended') return `${spoke} It ended by itself without an error code.`
  return `${spoke} It ended by itself with an error, most likely an exception that nobody caught${words ? '' : ', whose text went to its standard error, not to this log'}.`
}

function explainKill(facts: Facts, death: Death): string {
  const memory = memoryBefore(facts, death)
  if (memory.kind === 'high')
    return `SIGKILL with memory grown before it (${memory.says}) points at the kernel's out-of-memory killer or a memory limit.`
  if (memory.kind === 'low')
    return `SIGKILL without memory growth (${memory.says}) points at a kill from outside rather than at the kernel's out-of-memory killer. Who sent it cannot be told from here.`
  return `SIGKILL comes from outside or from the kernel's out-of-memory killer; ${memory.says}, so which of the two cannot be told from here.`
}

function nextSteps(facts: Facts, deaths: Death[]): string[] {
  const [worst] = deaths
  const killed = worst?.how === 'killed'
  return [
    killed
      ? 'On the host, look at the kernel log (dmesg, journalctl -k) for "Out of memory" or "oom-kill" at that time; without one, find who sends SIGKILL (orchestrator, script, person).'
      : `Read the standard error of ${worst?.instance ?? 'the process'} at its end${worst ? ` (${clock(worst.at)})` : ''}.`,
    ...(killed && memoryBefore(facts, worst).kind === 'high' ? ['Raise the memory limit for now, and find what grows.'] : []),
    'Compare the first restart with the last release and roll back if they meet.',
    `Watch that the remaining instances of ${facts.service} carry the load; add one if they do not.`,
  ]
}

function hasEased(facts: Facts): Ease {
  const deaths = recentDeaths(facts)
  const { instances, now } = facts
  if (instances.kind !== 'seen' || now === undefined) return { kind: 'unknown', says: 'the instances could not be seen' }
  const waiting = instances.value.instances.filter(({ state }) => state !== 'running')
  if (waiting[0]) return { kind: 'no', says: `${list(waiting.map(({ instance, state }) => `${instance} is in ${state}`))}` }
  const newest = Math.max(...deaths.map(({ at }) => at))
  if (deaths.length === 0) return { kind: 'unknown', says: 'no process has died of late' }
  const quiet = Math.round((now - newest) / 1000)
  return { kind: quiet >= 120 ? 'yes' : 'no', says: `all processes run; the last one died ${quiet} s before the newest reading` }
}
