import { codeFinding, databaseQuestions, logFinding, loggedOfKind, routesOf } from '../facts/database.ts'
import { errorsHaveEased, rateFindings } from '../facts/error-rates.ts'
import type { Facts } from '../facts/facts.ts'
import { askMetric } from '../facts/metric-queries.ts'
import { sayFullPools } from '../facts/pool.ts'
import type { Signature } from '../facts/signatures.ts'
import { slowRoutes } from '../facts/slow-routes.ts'
import { excerpt, list, sentence } from '../wording.ts'
import type { Assessment, Hypothesis } from './hypothesis.ts'
import { latencyHasEased } from './slow-dependency.ts'

/** A transaction holds rows that the service wants to change; reads pass it by. */
export const lockContention: Hypothesis = {
  id: 'lock_contention',
  name: 'Writes that wait for a lock which another transaction holds',
  explains: ['database', 'errors', 'latency'],
  questions: (facts) => [
    ...databaseQuestions(facts),
    ...(facts.symptoms.has('latency') || suspects(facts).length > 0 ? [askMetric('p95_by_route', facts.job)] : []),
  ],
  assess,
  conclude: (facts) => ({
    rootCause: rootCause(facts),
    component: 'database',
    instances: [],
    routes: suspects(facts).length > 0 ? routesOf(suspects(facts)) : (slowRoutes(facts)?.routes ?? []),
    nextSteps: [
      'Find who holds the lock: SELECT pid, state, xact_start, application_name, pg_blocking_pids(pid), query FROM pg_stat_activity WHERE xact_start IS NOT NULL ORDER BY xact_start.',
      'End the oldest open transaction that blocks others, most often one "idle in transaction" (pg_terminate_backend); the waiting writes go on at once.',
      'Set idle_in_transaction_session_timeout for the role that left it open, so that it cannot happen again.',
    ],
    suggestedFix: undefined,
    place: undefined,
  }),
  hasEased: (facts) => (suspects(facts).length > 0 ? errorsHaveEased(facts) : latencyHasEased(facts)),
}

const READS = /^(GET|HEAD|OPTIONS)$/

/** Lock time-outs, and statement time-outs where only writes meet them. */
function suspects(facts: Facts): Signature[] {
  const gaveUp = loggedOfKind(facts, 'statement_timeout')
  const onWrites = gaveUp.length > 0 && gaveUp.every(({ methods }) => methods.length > 0 && !methods.some((method) => READS.test(method)))
  return [...loggedOfKind(facts, 'lock_timeout'), ...(onWrites ? gaveUp : [])].sort((a, b) => b.share - a.share)
}

function assess(facts: Facts): Assessment {
  const assessment: Assessment = { for: [], against: [], unseen: [] }
  const signatures = suspects(facts)
  const locks = loggedOfKind(facts, 'lock_timeout')
  const routes = slowRoutes(facts)
  const coded = codeFinding(facts, locks.length > 0 ? /^(55P03|40P01)$/ : /^(55P03|40P01|57014)$/)
  if (signatures.length === 0 && !routes?.writesOnly) {
    if (routes) assessment.against.push({ source: 'routes', weight: 0.6, says: `reads are slow too: ${routes.says}`, quote: routes.quote })
    else if (facts.logs.kind === 'seen')
      assessment.against.push({ source: 'log', weight: 0.7, says: 'no log entry speaks of a lock or of a write that waited' })
    return assessment
  }
  const [logged] = logFinding(
    facts,
    signatures,
    locks.length > 0 ? 'writes that did not get a lock in time' : 'writes that the database gave up on',
  )
  // The words of a lock time-out leave no doubt of what was waited for.
  if (logged) assessment.for.push({ ...logged, weight: locks.length > 0 ? Math.max(logged.weight, 0.55) : logged.weight })
  if (coded && signatures.length > 0) assessment.for.push(coded)
  if (locks.length === 0)
    assessment.against.push({ source: 'log', weight: 0.15, says: 'no entry names a lock: the writes may be slow by themselves' })
  weighMethods(facts, signatures, assessment)
  if (routes?.writesOnly)
    assessment.for.push({ source: 'routes', weight: 0.4, says: `only writes are slow: ${routes.says}`, quote: routes.quote })
  if (signatures.length > 0) assessment.for.push(...rateFindings(facts, routesOf(signatures)).for)
  return assessment
}

function weighMethods(facts: Facts, signatures: Signature[], assessment: Assessment): void {
  const methods = [...new Set(signatures.flatMap((signature) => signature.methods))].sort()
  if (methods.length === 0) return
  const readsFail = loggedOfKind(facts, 'lock_timeout', 'statement_timeout').some((signature) =>
    signature.methods.some((method) => READS.test(method)),
  )
  if (!readsFail) assessment.for.push({ source: 'methods', weight: 0.4, says: `only writes fail so (${list(methods)}), no read does` })
  else assessment.against.push({ source: 'methods', weight: 0.4, says: 'reads are given up as well, which row locks do not stop' })
}

function rootCause(facts: Facts): string {
  const signatures = suspects(facts)
  const [first] = signatures
  const routes = slowRoutes(facts)
  const named = loggedOfKind(facts, 'lock_timeout').length > 0
  const full = sayFullPools(facts)
  const share = signatures.length > 0 ? rateFindings(facts, routesOf(signatures)).for[0]?.says : undefined
  return [
    `Writes of ${facts.service} wait for rows that another transaction holds locked${first ? `, until they fail with "${excerpt(first.message, 140)}"` : ''}${
      signatures.length > 0
        ? ` (${list([...new Set(signatures.flatMap(({ methods }) => methods))].sort())} on ${list(routesOf(signatures).slice(0, 4))})`
        : ''
    }.`,
    ...(routes?.writesOnly ? [sentence(routes.says)] : ['Reads go on, which row locks do not stop.']),
    ...(named ? [] : ['No reading names a lock; that only writes are concerned points at one.']),
    ...(full ? [`As a consequence ${full.says}.`] : []),
    ...(share ? [sentence(share)] : []),
    'Who holds the lock cannot be told from here.',
  ].join(' ')
}
