import { type Facts, presentValues } from '../facts/facts.ts'
import { BUSY_CPU, cpuFinding, cpuNow, cpuPerRequest, lagNow, latencyNow, SLOW_SECONDS, trafficNow } from '../facts/load.ts'
import { askMetric, type MetricName } from '../facts/metric-queries.ts'
import { phaseFinding } from '../facts/phases.ts'
import { samplesOf } from '../facts/series.ts'
import { sayWhere, splitInstances, type Whereabouts } from '../facts/where.ts'
import { duration, percent, sentence } from '../wording.ts'
import type { Assessment, Ease, Hypothesis } from './hypothesis.ts'

const METRICS: MetricName[] = ['cpu', 'lag', 'traffic', 'p95', 'phases']

/** Each request costs more computing than it used to; slowness follows from that. */
export const cpuBound: Hypothesis = {
  id: 'cpu_bound',
  name: 'Computing in the requests saturates the CPU',
  explains: ['cpu', 'latency'],
  questions: (facts) =>
    facts.symptoms.has('cpu') || facts.symptoms.has('latency') ? METRICS.map((name) => askMetric(name, facts.job)) : [],
  assess,
  conclude: (facts) => {
    const where = whereBusy(facts)
    return {
      rootCause: rootCause(facts),
      component: `${facts.service} (request handling)`,
      instances: where.instances,
      routes: [],
      nextSteps: [
        `Take a CPU profile of ${where.instances[0] ?? 'one instance'} for 10 s (node --cpu-prof or the inspector) and look at the widest frame.`,
        where.kind === 'only'
          ? `Take ${where.instances.join(', ')} out of rotation; compare its version and requests with ${where.spared[0]}.`
          : 'Look for a release shortly before the start and roll it back; until then add instances to share the load.',
        'Move the computing out of the request, cache it, or bound its input.',
      ],
      suggestedFix: undefined,
      place: undefined,
    }
  },
  hasEased: cpuHasEased,
}

function assess(facts: Facts): Assessment {
  const assessment: Assessment = { for: [], against: [], unseen: [] }
  const cpu = cpuFinding(facts)
  const asked = facts.metric('cpu')
  if (!cpu) {
    if (asked.kind !== 'not_asked') assessment.unseen.push(asked.kind === 'unseen' ? `CPU (${asked.why})` : 'CPU (no data)')
    return assessment
  }
  const passed = cpuHasEased(facts).kind === 'yes'
  // A blocked event loop shows at once, the CPU's rate only after a while.
  const blocked = lagNow(facts)?.level === 'high'
  if (!cpu.busy && !passed && !blocked) {
    assessment.against.push({ source: 'cpu', weight: 0.9, says: cpu.says, quote: cpu.quote })
    return assessment
  }
  if (cpu.busy || passed) {
    const weight = cpu.value >= 0.8 ? 0.6 : cpu.value >= BUSY_CPU ? 0.5 : 0.4
    assessment.for.push({ source: 'cpu', weight, says: cpu.says, quote: cpu.quote })
  } else assessment.against.push({ source: 'cpu', weight: 0.3, says: cpu.says, quote: cpu.quote })
  weighLoop(facts, assessment)
  weighPhases(facts, assessment)
  weighCost(facts, assessment)
  const latency = latencyNow(facts)
  if (latency && latency.value >= SLOW_SECONDS)
    assessment.for.push({
      source: 'latency',
      weight: 0.2,
      says: `95 % of the answers take up to ${duration(latency.value)}`,
      quote: latency.quote,
    })
  return assessment
}

function weighLoop(facts: Facts, assessment: Assessment): void {
  const lag = lagNow(facts)
  if (!lag) return void assessment.unseen.push('event loop lag')
  const says = `the event loop of ${lag.instance} lags ${duration(lag.value)} (p99)`
  if (lag.level !== 'low')
    assessment.for.push({
      source: 'lag',
      weight: lag.level === 'high' ? 0.45 : 0.25,
      says: `${says}: computing blocks it`,
      quote: lag.quote,
    })
  else assessment.against.push({ source: 'lag', weight: 0.3, says: `${says}: nothing blocks it for long`, quote: lag.quote })
}

function weighPhases(facts: Facts, assessment: Assessment): void {
  const phase = phaseFinding(facts)
  if (!phase) return
  const finding = { source: 'phases' as const, says: phase.says, quote: phase.quote }
  if (phase.goesTo === 'computing') assessment.for.push({ ...finding, weight: 0.5 })
  if (phase.goesTo === 'database') assessment.against.push({ ...finding, weight: 0.5 })
}

function weighCost(facts: Facts, assessment: Assessment): void {
  const cost = cpuPerRequest(facts)
  const traffic = trafficNow(facts)
  if (cost?.before !== undefined && cost.now >= 2 * cost.before)
    assessment.for.push({
      source: 'cost',
      weight: 0.4,
      says: `a request costs ${duration(cost.now)} of CPU now, ${duration(cost.before)} before`,
      quote: traffic?.quote,
    })
  else if (cost?.before !== undefined && cost.now < 1.3 * cost.before)
    assessment.against.push({ source: 'cost', weight: 0.4, says: `a request costs as much CPU as before (${duration(cost.now)})` })
  else if (cost && cost.now >= 0.03)
    assessment.for.push({ source: 'cost', weight: 0.25, says: `a request costs ${duration(cost.now)} of CPU`, quote: traffic?.quote })
  if (!traffic) assessment.unseen.push('traffic')
  else if (traffic.before !== undefined && traffic.present < 1.5 * traffic.before)
    assessment.for.push({
      source: 'traffic',
      weight: 0.3,
      says: `traffic is not higher than before (${traffic.says})`,
      quote: traffic.quote,
    })
}

/** Instances that compute much: by the CPU alone, or by half of what the busiest uses where none is saturated yet. */
function whereBusy(facts: Facts): Whereabouts {
  const cpu = cpuNow(facts)
  return splitInstances(cpu, Math.min(BUSY_CPU, (cpu[0]?.value ?? 0) / 2))
}

function rootCause(facts: Facts): string {
  const where = whereBusy(facts)
  const top = cpuFinding(facts)
  const lag = lagNow(facts)
  const cost = cpuPerRequest(facts)
  const traffic = trafficNow(facts)
  const latency = latencyNow(facts)
  const phase = phaseFinding(facts)
  const sentences = [
    `CPU-bound work in the requests of ${facts.service}${sayWhere(where)}: ${top?.says ?? 'CPU is high'}${lag && lag.level !== 'low' ? ` and the event loop lags ${duration(lag.value)} (p99)` : ''}.`,
    ...(cost
      ? [`A request costs about ${duration(cost.now)} of CPU${cost.before === undefined ? '' : ` (${duration(cost.before)} before)`}.`]
      : []),
    ...(traffic
      ? [
          `Traffic is ${traffic.says}${traffic.before !== undefined && traffic.present < 1.5 * traffic.before ? ', so it is not more requests but more work in each' : ''}.`,
        ]
      : []),
    ...(latency && latency.value >= SLOW_SECONDS ? [`Slow answers follow from it: 95 % take up to ${duration(latency.value)}.`] : []),
    ...(phase?.goesTo === 'computing' ? [sentence(phase.says)] : []),
    'Which code does the computing cannot be told without a profile.',
  ]
  return sentences.join(' ')
}

/** Whether CPU is low again after having been high. */
export function cpuHasEased(facts: Facts): Ease {
  const now = presentValues(facts.metric('cpu'))
  const top = cpuFinding(facts)
  if (!top) return { kind: 'unknown', says: 'CPU could not be seen' }
  const peak = Math.max(0, ...now.flatMap(({ series }) => samplesOf(series).map(({ value }) => value)))
  const says = `${top.says} now, ${percent(peak)} at worst in the last 10 minutes`
  return { kind: top.busy ? 'no' : peak >= 1.2 * BUSY_CPU && top.value < peak / 2 ? 'yes' : 'unknown', says, quote: top.quote }
}
