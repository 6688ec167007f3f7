import { codeFinding, databaseQuestions, databaseReach, logFinding, loggedOfKind, routesOf } from '../facts/database.ts'
import { errorsHaveEased, rateFindings } from '../facts/error-rates.ts'
import { type Facts, largestNow } from '../facts/facts.ts'
import { quotePoint } from '../facts/load.ts'
import { excerpt, sentence } from '../wording.ts'
import type { Assessment, Finding, Hypothesis } from './hypothesis.ts'

/** The database runs and has no connection slot left for the service. */
export const connectionsUsedUp: Hypothesis = {
  id: 'connections_used_up',
  name: 'The database has no connection slot left (max_connections)',
  explains: ['database', 'errors'],
  questions: databaseQuestions,
  assess,
  conclude: (facts) => ({
    rootCause: rootCause(facts),
    component: 'database',
    instances: [],
    routes: routesOf(suspects(facts)),
    nextSteps: [
      'See who holds the connections: SELECT usename, application_name, client_addr, state, count(*) FROM pg_stat_activity GROUP BY 1, 2, 3, 4 ORDER BY 5 DESC.',
      'End the sessions of whoever holds too many (pg_terminate_backend), and stop that client from opening them again.',
      'Give that client a limit of its own (ALTER ROLE … CONNECTION LIMIT) or a pooler; a higher max_connections only moves the wall.',
    ],
    suggestedFix: undefined,
    place: undefined,
  }),
  hasEased: errorsHaveEased,
}

const suspects = (facts: Facts) => loggedOfKind(facts, 'no_slots')

function assess(facts: Facts): Assessment {
  const assessment: Assessment = { for: [], against: [], unseen: [] }
  const signatures = suspects(facts)
  const coded = codeFinding(facts, /^53300$/)
  if (signatures.length === 0 && !coded) {
    if (facts.logs.kind === 'seen')
      assessment.against.push({ source: 'log', weight: 0.7, says: 'no log entry says that the database has no connection left' })
    return assessment
  }
  // Nothing but a lack of slots is said in these words, however many other errors follow from it.
  const [logged] = logFinding(facts, signatures, 'connections that the database refused for want of a slot')
  if (logged) assessment.for.push({ ...logged, weight: Math.max(logged.weight, 0.5) })
  if (coded) assessment.for.push(coded)
  const rate = rateFindings(facts, routesOf(signatures))
  assessment.for.push(...rate.for)
  const own = ownConnections(facts)
  if (own) assessment.for.push(own)
  return assessment
}

/** How many the shop's own pools hold: few of them mean that others hold the rest. */
function ownConnections(facts: Facts): Finding | undefined {
  const reading = facts.metric('pool_connections')
  const top = largestNow(reading)
  if (!top || reading.kind !== 'seen') return undefined
  const says = `the pools of all instances of ${facts.service} together hold ${top.value} connections`
  return { source: 'pool', weight: 0.25, says, quote: quotePoint(reading.call, top.series) }
}

function rootCause(facts: Facts): string {
  const [first] = suspects(facts)
  const own = ownConnections(facts)
  const share = rateFindings(facts, routesOf(suspects(facts))).for[0]?.says
  const probes = databaseReach(facts)
  return [
    `The database runs, and has no connection slot left: it refuses new connections of ${facts.service}${first ? ` with "${excerpt(first.message, 160)}"` : ''}.`,
    ...(own
      ? [
          `${sentence(own.says)} If that is well below the server's max_connections, another client holds the rest; who cannot be told from here.`,
        ]
      : ['Who holds them cannot be told from here.']),
    ...(share ? [sentence(share)] : []),
    ...(probes && probes.kind !== 'all' ? [sentence(probes.says)] : []),
  ].join(' ')
}
