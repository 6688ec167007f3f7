import { codeFinding, databaseQuestions, databaseReach, logFinding, loggedOfKind, routesOf } from '../facts/database.ts'
import { errorsHaveEased, rateFindings } from '../facts/error-rates.ts'
import type { Facts } from '../facts/facts.ts'
import { sayFullPools } from '../facts/pool.ts'
import { excerpt, sentence } from '../wording.ts'
import type { Assessment, Ease, Hypothesis } from './hypothesis.ts'

/** The database server does not run, or takes nobody in. */
export const databaseDown: Hypothesis = {
  id: 'database_down',
  name: 'The database is down or refuses connections',
  explains: ['database', 'errors', 'availability'],
  questions: databaseQuestions,
  assess,
  conclude: (facts) => ({
    rootCause: rootCause(facts),
    component: 'database',
    instances: [],
    routes: routesOf(suspects(facts)),
    nextSteps: [
      'Look at the database server: does the process run, what does the end of its own log say, is its disk full?',
      'Start it, or fail over to its standby; the instances reconnect by themselves and need no restart.',
      'Find out who or what stopped it (maintenance, the kernel’s out-of-memory killer, a host that restarted) before calling it over.',
    ],
    suggestedFix: undefined,
    place: undefined,
  }),
  hasEased,
}

function suspects(facts: Facts) {
  const refused = loggedOfKind(facts, 'refused')
  // What was open when the server went down tells the same story in other words.
  return refused.length > 0 || databaseReach(facts)?.kind === 'none' ? loggedOfKind(facts, 'refused', 'connection') : []
}

function assess(facts: Facts): Assessment {
  const assessment: Assessment = { for: [], against: [], unseen: [] }
  const signatures = suspects(facts)
  const reach = databaseReach(facts)
  const slots = loggedOfKind(facts, 'no_slots')
  if (reach?.kind === 'all')
    assessment.against.push({ source: 'up', weight: signatures.length > 0 ? 0.6 : 0.8, says: reach.says, quote: reach.quote })
  else if (reach) assessment.for.push({ source: 'up', weight: reach.kind === 'none' ? 0.6 : 0.35, says: reach.says, quote: reach.quote })
  else if (signatures.length > 0) assessment.unseen.push('whether the database answers the instances’ probes')
  if (slots.length > 0)
    assessment.against.push({ source: 'log', weight: 0.7, says: `it answers, if only "${excerpt(slots[0]?.message ?? '', 80)}"` })
  assessment.for.push(...logFinding(facts, signatures, 'refused or broken connections to the database'))
  const coded = codeFinding(facts, /^(ECONNREFUSED|57P0[123])$/)
  if (coded) assessment.for.push(coded)
  if (signatures.length > 0) {
    const rate = rateFindings(facts, routesOf(signatures))
    assessment.for.push(...rate.for)
    assessment.against.push(...rate.against)
  } else if (reach?.kind !== 'none' && facts.logs.kind === 'seen')
    assessment.against.push({ source: 'log', weight: 0.6, says: 'no log entry speaks of a database that refuses connections' })
  return assessment
}

function rootCause(facts: Facts): string {
  const [first] = suspects(facts)
  const reach = databaseReach(facts)
  const words = first ? ` Calls to it fail with "${excerpt(first.message, 160)}".` : ''
  const which = /starting up|in recovery/i.test(first?.message ?? '')
    ? 'is starting up or recovering and takes no connections yet'
    : /shutting down/i.test(first?.message ?? '')
      ? 'is shutting down'
      : 'is down: nobody accepts connections at its address'
  const share = rateFindings(facts, routesOf(suspects(facts))).for[0]?.says
  return `The database of ${facts.service} ${which}.${words}${reach ? ` ${sentence(reach.says)}` : ''}${share ? ` ${sentence(share)}` : ''} The instances themselves run; what they lack is the database. Why it went away cannot be told from here.`
}

/** Whether the database can be used: it answers the probes, and no pool is full. */
export function databaseHasEased(facts: Facts): Ease {
  const reach = databaseReach(facts)
  const full = sayFullPools(facts)
  if (!reach) return { kind: 'unknown', says: 'the state of the database could not be seen' }
  if (reach.kind !== 'all') return { kind: 'no', says: reach.says, quote: reach.quote }
  return full
    ? { kind: 'no', says: full.says, quote: full.quote }
    : { kind: 'yes', says: `${reach.says}, and no pool is full`, quote: reach.quote }
}

function hasEased(facts: Facts): Ease {
  const reach = databaseReach(facts)
  if (reach?.kind === 'all' && reach.wasDown && errorsHaveEased(facts).kind !== 'no')
    return { kind: 'yes', says: `${reach.says} again`, quote: reach.quote }
  if (reach && reach.kind !== 'all') return { kind: 'no', says: reach.says, quote: reach.quote }
  return errorsHaveEased(facts)
}
