import { databaseQuestions, logFinding, loggedOfKind } from '../facts/database.ts'
import { newestRate } from '../facts/error-rates.ts'
import { type Facts, presentValues } from '../facts/facts.ts'
import { cpuFinding, lagNow, latencyNow, SLOW_SECONDS, trafficNow } from '../facts/load.ts'
import { askMetric, type MetricName } from '../facts/metric-queries.ts'
import { phaseFinding } from '../facts/phases.ts'
import { poolsNow, sayFullPools } from '../facts/pool.ts'
import { slowRoutes } from '../facts/slow-routes.ts'
import { sayWhere, splitInstances, type Whereabouts } from '../facts/where.ts'
import { memberOf, quoteFrom } from '../quote.ts'
import { duration, excerpt, list, percent, sentence } from '../wording.ts'
import type { Assessment, Ease, Hypothesis } from './hypothesis.ts'

const METRICS: MetricName[] = ['p95', 'mean_by_instance', 'p95_by_route', 'phases', 'cpu', 'lag', 'traffic']

/** Answers are slow while the processes idle: they wait for something, most often the store. */
export const slowDependency: Hypothesis = {
  id: 'slow_dependency',
  name: 'Waiting for a slow dependency (the store, a lock, the network)',
  explains: ['latency', 'database', 'errors'],
  questions: (facts) =>
    facts.symptoms.has('latency') || loggedOfKind(facts, 'pool_timeout', 'timeout').length > 0
      ? [...METRICS.map((name) => askMetric(name, facts.job)), ...databaseQuestions(facts)]
      : [],
  assess,
  conclude: (facts) => {
    const where = slowInstances(facts)
    const routes = slowRoutes(facts)?.routes ?? []
    return {
      rootCause: rootCause(facts, where, routes),
      component: phaseFinding(facts)?.goesTo === 'database' ? 'database' : 'item store (or another dependency that requests wait for)',
      instances: where.instances,
      routes,
      nextSteps: [
        `Look at the database of ${facts.service}: slow queries, locks, connections waiting, its own CPU and disk.`,
        where.kind === 'only'
          ? `Take ${where.instances.join(', ')} out of rotation: ${where.spared.join(', ')} answers fast, so the path from that instance is what is slow.`
          : 'Measure one call to the store from an instance by hand (connect, then one read) and compare with the 95th percentile.',
        'Set a time-out on calls to the store that is shorter than the clients’ patience.',
      ],
      suggestedFix: undefined,
      place: undefined,
    }
  },
  hasEased: latencyHasEased,
}

function assess(facts: Facts): Assessment {
  const assessment: Assessment = { for: [], against: [], unseen: [] }
  const latency = latencyNow(facts)
  if (!latency) {
    const reading = facts.metric('p95')
    if (facts.symptoms.has('latency')) assessment.unseen.push(reading.kind === 'unseen' ? `latency (${reading.why})` : 'latency (no data)')
    return assessment
  }
  const { value, before, quote } = latency
  const slow = value >= SLOW_SECONDS || slowRoutes(facts) !== undefined || (before !== undefined && value >= Math.max(3 * before, 0.2))
  const was = before === undefined ? '' : `, ${duration(before)} before`
  const passed = latencyHasEased(facts).kind === 'yes'
  if (slow || passed)
    assessment.for.push({
      source: 'latency',
      weight: slow ? 0.5 : 0.4,
      says: `95 % of the answers take up to ${duration(value)}${passed ? `, at worst ${duration(latency.peak)}` : was}`,
      quote,
    })
  else assessment.against.push({ source: 'latency', weight: 0.9, says: `95 % of the answers come within ${duration(value)}`, quote })
  weighProcessor(facts, assessment)
  weighPhases(facts, assessment)
  weighLoop(facts, assessment)
  weighRest(facts, assessment)
  return assessment
}

function weighProcessor(facts: Facts, assessment: Assessment): void {
  const cpu = cpuFinding(facts)
  if (!cpu) assessment.unseen.push('CPU')
  else if (cpu.busy)
    assessment.against.push({ source: 'cpu', weight: 0.7, says: `${cpu.says}, so it does not just wait`, quote: cpu.quote })
  else assessment.for.push({ source: 'cpu', weight: 0.5, says: `${cpu.says}, so the processes wait rather than work`, quote: cpu.quote })
}

function weighPhases(facts: Facts, assessment: Assessment): void {
  const phase = phaseFinding(facts)
  if (!phase) return
  const finding = { source: 'phases' as const, says: phase.says, quote: phase.quote }
  if (phase.goesTo === 'database') assessment.for.push({ ...finding, weight: 0.5 })
  if (phase.goesTo === 'computing') assessment.against.push({ ...finding, weight: 0.6 })
}

function weighLoop(facts: Facts, assessment: Assessment): void {
  const lag = lagNow(facts)
  if (!lag) {
    if (facts.metric('lag').kind !== 'not_asked') assessment.unseen.push('event loop lag')
    return
  }
  const says = `the event loop lags ${duration(lag.value)} (p99)`
  if (lag.level === 'high')
    assessment.against.push({ source: 'lag', weight: 0.5, says: `${says}, so the process itself is blocked`, quote: lag.quote })
  if (lag.level === 'low')
    assessment.for.push({ source: 'lag', weight: 0.4, says: `${says}, so nothing blocks the process itself`, quote: lag.quote })
}

function weighRest(facts: Facts, assessment: Assessment): void {
  const traffic = trafficNow(facts)
  if (traffic?.before !== undefined && traffic.present < 1.5 * traffic.before)
    assessment.for.push({
      source: 'traffic',
      weight: 0.2,
      says: `traffic is not higher than before (${traffic.says})`,
      quote: traffic.quote,
    })
  weighFailures(facts, assessment)
  const routes = slowRoutes(facts)
  if (routes?.kind === 'some')
    assessment.against.push({ source: 'routes', weight: 0.4, says: `only some requests are slow: ${routes.says}`, quote: routes.quote })
  const gaveUp = loggedOfKind(facts, 'lock_timeout')
  if (gaveUp[0])
    assessment.against.push({ source: 'log', weight: 0.5, says: `writes wait for a lock ("${excerpt(gaveUp[0].message, 80)}")` })
}

/** Calls that wait too long fail in the end; other failures are another trouble. */
function weighFailures(facts: Facts, assessment: Assessment): void {
  const failing = newestRate(facts) ?? 0
  const waited = loggedOfKind(facts, 'pool_timeout', 'timeout')
  if (waited.length > 0)
    assessment.for.push(...logFinding(facts, waited, 'calls that waited too long').map((finding) => ({ ...finding, weight: 0.3 })))
  else if (failing > 0.1 && facts.rate.kind === 'seen')
    assessment.against.push({
      source: 'rate',
      weight: 0.3,
      says: `${percent(failing)} of the requests fail, which slowness alone does not explain`,
      quote: quoteFrom(facts.rate.call, ...memberOf('error_rate', failing)),
    })
  const starved = poolsNow(facts).find(({ full, served }) => full && served !== undefined && served < 0.5)
  if (starved)
    assessment.against.push({
      source: 'served',
      weight: 0.5,
      says: `${starved.instance} gets nothing done at all, which slow calls would`,
      quote: starved.servedQuote,
    })
}

/** Which instances answer slowly. */
export function slowInstances(facts: Facts): Whereabouts {
  const values = presentValues(facts.metric('mean_by_instance')).map(({ labels, value }) => ({
    instance: labels.instance ?? 'an instance',
    value,
  }))
  const top = Math.max(0, ...values.map(({ value }) => value))
  return splitInstances(values, top / 5)
}

function rootCause(facts: Facts, where: Whereabouts, routes: string[]): string {
  const latency = latencyNow(facts)
  const cpu = cpuFinding(facts)
  const lag = lagNow(facts)
  const traffic = trafficNow(facts)
  const was = latency?.before === undefined ? '' : ` (${duration(latency.before)} before)`
  const phase = phaseFinding(facts)
  const full = sayFullPools(facts)
  const waited =
    phase?.goesTo === 'database'
      ? `${sentence(phase.says)} So requests wait for something outside the process: the database, or the way to it. All kinds of calls are concerned, so it is no single query.`
      : 'So requests wait for something outside the process. The store is the likely one, but no reading here names it.'
  const measured = [
    cpu ? `CPU is low (${cpu.says})` : 'CPU could not be seen',
    ...(lag ? [`the event loop lags only ${duration(lag.value)}`] : []),
    ...(traffic ? [`traffic is ${traffic.says}`] : []),
  ]
  return `${facts.service} answers slowly${sayWhere(where)}: 95 % of the answers take up to ${latency ? duration(latency.value) : 'an unknown time'}${was}${
    routes.length > 0 ? `, on ${list(routes.slice(0, 4))}` : ''
  }. ${sentence(list(measured))} ${waited}${full ? ` As a consequence ${full.says}.` : ''}`
}

/** Whether answers are fast again after having been slow. */
export function latencyHasEased(facts: Facts): Ease {
  const latency = latencyNow(facts)
  if (!latency) return { kind: 'unknown', says: 'latency could not be seen' }
  const says = `95 % of the answers take up to ${duration(latency.value)} now, at worst ${duration(latency.peak)} in the last 5 minutes`
  const eased = latency.value < 0.6 * SLOW_SECONDS && latency.peak >= SLOW_SECONDS && latency.value < latency.peak / 2
  return { kind: eased ? 'yes' : latency.value >= 0.6 * SLOW_SECONDS ? 'no' : 'unknown', says, quote: latency.quote }
}
