import { type Death, recentDeaths } from '../facts/deaths.ts'
import { explainExit, stepsAfterExit } from '../facts/exit-story.ts'
import { type Facts, INSTANCES } from '../facts/facts.ts'
import { quotePoint } from '../facts/load.ts'
import { askMetric } from '../facts/metric-queries.ts'
import { samplesOf } from '../facts/series.ts'
import { quoteFrom } from '../quote.ts'
import { clock, list } from '../wording.ts'
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
  if (instances.kind === 'seen' && instances.value.instances.some(({ state }) => state === 'fatal'))
    assessment.against.push({ source: 'instances', weight: 0.3, says: 'an instance is given up and restarts no more' })
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

function nextSteps(facts: Facts, deaths: Death[]): string[] {
  return [
    ...stepsAfterExit(facts, deaths[0], clock),
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
