import { codeFinding, databaseQuestions, databaseReach, logFinding, loggedOfKind, routesOf, shareOf } from '../facts/database.ts'
import { errorsHaveEased, rateFindings } from '../facts/error-rates.ts'
import type { Facts } from '../facts/facts.ts'
import { poolsNow, sayFullPools } from '../facts/pool.ts'
import { excerpt, list, perSecond, sentence } from '../wording.ts'
import type { Assessment, Ease, Hypothesis } from './hypothesis.ts'

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

/** Requests a second: a rate over 15 s may hold the last ones before the pool was full. */
const LEAK_LETS_THROUGH = 0.5

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
  weighThroughput(facts, assessment)
  weighDatabase(facts, assessment)
  return assessment
}

/** Behind slow calls something still gets through, as connections come back; behind a leak nothing does. */
function weighThroughput(facts: Facts, { for: support, against }: Assessment): void {
  const full = poolsNow(facts).filter((pool) => pool.full)
  const climbed = full.find((pool) => pool.climbed)
  if (climbed)
    support.push({
      source: 'course',
      weight: 0.3,
      says: `the connections taken on ${climbed.instance} rose step by step and none came back`,
      quote: climbed.quote,
    })
  const least = full.filter(({ served }) => served !== undefined).sort((a, b) => (a.served ?? 0) - (b.served ?? 0))[0]
  if (!least) return
  const finding = { source: 'served' as const, quote: least.servedQuote }
  const served = least.served ?? 0
  if (served <= LEAK_LETS_THROUGH)
    support.push({ ...finding, weight: 0.45, says: `${least.instance} answers next to nothing without a failure (${perSecond(served)})` })
  else
    against.push({
      ...finding,
      weight: 0.5,
      says: `${least.instance} still answers ${perSecond(served)} well, so connections come back to its pool`,
    })
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
  const starved = poolsNow(facts).find(({ full, served }) => full && served !== undefined && served <= LEAK_LETS_THROUGH)
  const reach = databaseReach(facts)
  const spared = poolsNow(facts).filter((pool) => !pool.full)
  const share = rateFindings(facts, routesOf(suspects(facts))).for[0]?.says
  return [
    `${facts.service} has used up its own pool of database connections: ${full?.says ?? 'requests get no connection in time'}.`,
    ...(first ? [`They fail with "${excerpt(first.message, 140)}".`] : []),
    ...(reach?.kind === 'all' ? [`The database itself is well: ${reach.says}.`] : []),
    starved
      ? `${starved.instance} gets next to nothing done (${perSecond(starved.served ?? 0)}), so no connection comes back: they are taken and not given back, which is a leak in the code.`
      : 'Whether they leak or are held by slow calls cannot be told from here for certain.',
    ...(full && spared.length > 0 ? [`The pool of ${list(spared.map(({ instance }) => instance))} is not full so far.`] : []),
    ...(share ? [sentence(share)] : []),
  ].join(' ')
}

function hasEased(facts: Facts): Ease {
  const full = sayFullPools(facts)
  return full ? { kind: 'no', says: full.says, quote: full.quote } : errorsHaveEased(facts)
}
