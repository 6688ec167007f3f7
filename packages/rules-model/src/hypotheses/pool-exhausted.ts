import { codeFinding, databaseQuestions, databaseReach, logFinding, loggedOfKind, routesOf, shareOf } from '../facts/database.ts'
import { errorsHaveEased, rateFindings } from '../facts/error-rates.ts'
import type { Facts } from '../facts/facts.ts'
import { poolsNow, sayFullPools } from '../facts/pool.ts'
import { excerpt, list, sentence } from '../wording.ts'
import type { Assessment, Ease, Finding, Hypothesis } from './hypothesis.ts'

/** The process takes connections out of its pool and does not give them back. */
export const poolExhausted: Hypothesis = {
  id: 'pool_exhausted',
  name: 'Database connections that are not given back to the pool (a leak)',
  explains: ['database', 'errors', 'latency'],
  questions: databaseQuestions,
  assess,
  conclude: (facts) => {
    const instances = sayFullPools(facts)?.instances ?? []
    return {
      rootCause: rootCause(facts),
      component: `${facts.service} (database connection pool)`,
      instances,
      routes: routesOf(suspects(facts)),
      nextSteps: [
        `Restart ${instances.length > 0 ? `${list(instances)} one after the other` : 'the affected instances one after the other'}: that frees the pool at once, and the leak begins again.`,
        'Look at the code for a path that takes a client out of the pool and does not release it, error paths first (release belongs into finally).',
        'On the database, sessions of this service that are idle for long are the leaked ones: SELECT pid, state, state_change, query FROM pg_stat_activity ORDER BY state_change.',
      ],
      suggestedFix: 'Release each client in a finally block, or use the pool’s own query method, which gives it back on every path.',
      place: undefined,
    }
  },
  hasEased,
}

const suspects = (facts: Facts) => loggedOfKind(facts, 'pool_timeout')

function assess(facts: Facts): Assessment {
  const assessment: Assessment = { for: [], against: [], unseen: [] }
  const signatures = suspects(facts)
  const coded = codeFinding(facts, /^pool_timeout$/)
  const full = sayFullPools(facts)
  const pools = poolsNow(facts)
  if (signatures.length === 0 && !coded && !full) {
    if (pools[0])
      assessment.against.push({
        source: 'pool',
        weight: 0.8,
        says: `the fullest pool (${pools[0].instance}) has ${pools[0].inUse} of ${pools[0].size} connections taken`,
        quote: pools[0].quote,
      })
    return assessment
  }
  assessment.for.push(...logFinding(facts, signatures, 'requests that got no connection out of the pool in time'))
  if (coded) assessment.for.push(coded)
  if (full) assessment.for.push({ source: 'pool', weight: 0.45, says: full.says, quote: full.quote })
  else if (pools[0]) assessment.against.push({ source: 'pool', weight: 0.5, says: 'no pool is full now', quote: pools[0].quote })
  else assessment.unseen.push('how full the pools are')
  const rate = rateFindings(facts, routesOf(signatures))
  assessment.for.push(...rate.for)
  weighCourse(facts, assessment)
  weighDatabase(facts, assessment)
  return assessment
}

/** A leak climbs and never lets go; slow calls fill a pool at once or swing. */
function weighCourse(facts: Facts, { for: support, against }: Assessment): void {
  const full = poolsNow(facts).filter((pool) => pool.full)
  const climbed = full.find(({ course }) => course === 'climbed')
  const [first] = full
  const finding = (pool: typeof first, weight: number, says: string): Finding => ({ source: 'course', weight, says, quote: pool?.quote })
  if (climbed)
    support.push(finding(climbed, 0.4, `the connections taken on ${climbed.instance} climbed to the full pool and none came back`))
  else if (first?.course === 'swings') against.push(finding(first, 0.4, `the pool of ${first.instance} still gets connections back`))
  else if (first) against.push(finding(first, 0.15, `the pool of ${first.instance} filled at once, as slow calls fill it too`))
}

/** What the database itself refuses or gives up on explains a full pool better than a leak does. */
function weighDatabase(facts: Facts, { for: support, against }: Assessment): void {
  const gaveUp = loggedOfKind(facts, 'lock_timeout', 'statement_timeout')
  if (gaveUp[0])
    against.push({
      source: 'log',
      weight: Math.min(0.6, 0.3 + shareOf(gaveUp)),
      says: `calls that did get a connection took too long ("${excerpt(gaveUp[0].message, 80)}")`,
    })
  const reach = databaseReach(facts)
  if (reach?.kind === 'all') support.push({ source: 'up', weight: 0.25, says: reach.says, quote: reach.quote })
  if (reach?.kind === 'none') against.push({ source: 'up', weight: 0.6, says: reach.says, quote: reach.quote })
}

function rootCause(facts: Facts): string {
  const [first] = suspects(facts)
  const full = sayFullPools(facts)
  const climbed = poolsNow(facts).some((pool) => pool.full && pool.course === 'climbed')
  const reach = databaseReach(facts)
  const spared = poolsNow(facts).filter((pool) => !pool.full)
  const share = rateFindings(facts, routesOf(suspects(facts))).for[0]?.says
  return [
    `${facts.service} has used up its own pool of database connections: ${full?.says ?? 'requests get no connection in time'}.`,
    ...(first ? [`They fail with "${excerpt(first.message, 140)}".`] : []),
    ...(reach?.kind === 'all' ? [`The database itself is well: ${reach.says}.`] : []),
    climbed
      ? 'The number taken climbed and never fell, and no statement was reported as slow: connections are taken and not given back, which is a leak in the code.'
      : 'Whether they leak or are held by slow calls cannot be told from here for certain.',
    ...(full && spared.length > 0 ? [`The pool of ${list(spared.map(({ instance }) => instance))} is not full.`] : []),
    ...(share ? [sentence(share)] : []),
  ].join(' ')
}

function hasEased(facts: Facts): Ease {
  const full = sayFullPools(facts)
  return full ? { kind: 'no', says: full.says, quote: full.quote } : errorsHaveEased(facts)
}
