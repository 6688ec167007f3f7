import { databaseQuestions, logFinding, loggedOfKind, routesOf } from '../facts/database.ts'
import { rateFindings } from '../facts/error-rates.ts'
import type { Facts } from '../facts/facts.ts'
import { cpuFinding, trafficNow } from '../facts/load.ts'
import { askMetric } from '../facts/metric-queries.ts'
import { phaseFinding } from '../facts/phases.ts'
import { sayFullPools } from '../facts/pool.ts'
import { slowRoutes } from '../facts/slow-routes.ts'
import { excerpt, list, sentence } from '../wording.ts'
import type { Assessment, Hypothesis } from './hypothesis.ts'
import { latencyHasEased, slowInstances } from './slow-dependency.ts'

/** One kind of query has become slow in the database, most often for want of an index. */
export const slowQuery: Hypothesis = {
  id: 'slow_query',
  name: 'One query that has become slow in the database (a missing index, a changed plan)',
  explains: ['latency', 'database', 'errors'],
  questions: (facts) =>
    facts.symptoms.has('latency') || loggedOfKind(facts, 'statement_timeout').length > 0
      ? [
          ...(['p95_by_route', 'phases', 'cpu', 'traffic', 'p95'] as const).map((name) => askMetric(name, facts.job)),
          ...databaseQuestions(facts),
        ]
      : [],
  assess,
  conclude: (facts) => {
    const routes = concerned(facts)
    return {
      rootCause: rootCause(facts, routes),
      component: 'database',
      instances: [],
      routes,
      nextSteps: [
        `Take the query behind ${routes[0] ?? 'the slow route'} and look at its plan: EXPLAIN (ANALYZE, BUFFERS); a sequential scan over a large table is the usual suspect.`,
        'Compare the indexes that are there (pg_indexes) with those that the migrations make; create a missing one with CREATE INDEX CONCURRENTLY. Run ANALYZE if the statistics are old.',
        'Look for a release, a migration or a jump in the amount of data shortly before the start.',
      ],
      suggestedFix: undefined,
      place: undefined,
    }
  },
  hasEased: latencyHasEased,
}

function concerned(facts: Facts): string[] {
  const slow = slowRoutes(facts)
  return slow?.kind === 'some' ? slow.routes : routesOf(loggedOfKind(facts, 'statement_timeout'))
}

function assess(facts: Facts): Assessment {
  const assessment: Assessment = { for: [], against: [], unseen: [] }
  const gaveUp = loggedOfKind(facts, 'statement_timeout')
  const slow = slowRoutes(facts)
  if (!slow && gaveUp.length === 0) {
    const asked = facts.metric('p95_by_route')
    if (asked.kind === 'seen' && asked.value.length > 0)
      assessment.against.push({ source: 'routes', weight: 0.8, says: 'no route is slow' })
    return assessment
  }
  if (slow?.kind === 'some' && !slow.writesOnly)
    assessment.for.push({ source: 'routes', weight: 0.5, says: `only some requests are slow: ${slow.says}`, quote: slow.quote })
  if (slow?.writesOnly)
    assessment.against.push({
      source: 'routes',
      weight: 0.35,
      says: `only writes are slow, as behind a lock: ${slow.says}`,
      quote: slow.quote,
    })
  if (slow?.kind === 'all')
    assessment.against.push({ source: 'routes', weight: 0.45, says: `everything is slow: ${slow.says}`, quote: slow.quote })
  const where = slowInstances(facts)
  if (where.kind === 'only')
    assessment.against.push({
      source: 'instances',
      weight: 0.4,
      says: `only ${list(where.instances)} answers slowly, and the database is the same for all`,
    })
  weighPhases(facts, assessment)
  weighLog(facts, assessment)
  const traffic = trafficNow(facts)
  if (traffic?.before !== undefined && traffic.present < 1.5 * traffic.before)
    assessment.for.push({
      source: 'traffic',
      weight: 0.15,
      says: `traffic is not higher than before (${traffic.says})`,
      quote: traffic.quote,
    })
  return assessment
}

function weighPhases(facts: Facts, assessment: Assessment): void {
  const phase = phaseFinding(facts)
  const cpu = cpuFinding(facts)
  if (phase?.goesTo === 'database') assessment.for.push({ source: 'phases', weight: 0.55, says: phase.says, quote: phase.quote })
  else if (phase?.goesTo === 'computing') assessment.against.push({ source: 'phases', weight: 0.75, says: phase.says, quote: phase.quote })
  else if (!phase) assessment.unseen.push('where the requests’ time goes')
  if (cpu && !cpu.busy)
    assessment.for.push({ source: 'cpu', weight: 0.3, says: `${cpu.says}, so the processes wait rather than work`, quote: cpu.quote })
}

function weighLog(facts: Facts, assessment: Assessment): void {
  const gaveUp = loggedOfKind(facts, 'statement_timeout')
  const locks = loggedOfKind(facts, 'lock_timeout')
  const reads = gaveUp.filter(({ methods }) => methods.includes('GET'))
  if (reads.length > 0) assessment.for.push(...logFinding(facts, reads, 'reads that the database gave up on'))
  if (gaveUp.length > reads.length && reads.length === 0)
    assessment.against.push({ source: 'methods', weight: 0.4, says: 'only writes are given up, as behind a lock' })
  if (locks[0]) assessment.against.push({ source: 'log', weight: 0.6, says: `writes wait for a lock ("${excerpt(locks[0].message, 80)}")` })
}

function rootCause(facts: Facts, routes: string[]): string {
  const slow = slowRoutes(facts)
  const phase = phaseFinding(facts)
  const [first] = loggedOfKind(facts, 'statement_timeout')
  const full = sayFullPools(facts)
  const share = first && rateFindings(facts, first.routes).for[0]?.says
  return [
    `The query behind ${list(routes.slice(0, 3)) || 'some requests'} has become slow in the database${slow ? `: ${slow.says}` : ''}.`,
    ...(phase ? [sentence(phase.says)] : []),
    ...(first ? [`Some end with "${excerpt(first.message, 120)}".`] : []),
    ...(full ? [`As a consequence ${full.says}.`] : []),
    ...(share ? [sentence(share)] : []),
    'That other queries stay quick speaks against a slow database as a whole; a missing index or a changed plan is the usual reason, and the plan of this query decides it.',
  ].join(' ')
}
