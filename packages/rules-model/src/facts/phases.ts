import type { Quote } from '../quote.ts'
import { duration } from '../wording.ts'
import { type Facts, presentValues } from './facts.ts'
import { quotePoint, troubleBegan } from './load.ts'
import { baselineOf } from './series.ts'

/** Where the requests' time goes now: mean seconds of one request; `computing` is its own running time and its wait for the event loop. */
interface PhaseTimes {
  database: number
  computing: number
  outbound: number
  outboundQuote: Quote | undefined
  /** Database share of both, 0..1. */
  databaseShare: number
  /** Mean wait for the database before the trouble; undefined where that is not known. */
  before: number | undefined
  databaseQuote: Quote | undefined
  computingQuote: Quote | undefined
}

/** Reads the phase metric; undefined where the service has none, or no request came. */
function phasesNow(facts: Facts): PhaseTimes | undefined {
  const reading = facts.metric('phases')
  if (reading.kind !== 'seen') return undefined
  const now = presentValues(reading)
  const of = (phase: string) => now.find(({ labels }) => labels.phase === phase)
  const [db, queue, self, outbound] = [of('db'), of('queue'), of('self'), of('outbound')]
  if (!db) return undefined
  const computing = (queue?.value ?? 0) + (self?.value ?? 0)
  const larger = (queue?.value ?? 0) >= (self?.value ?? 0) ? queue : self
  return {
    database: db.value,
    computing,
    outbound: outbound?.value ?? 0,
    outboundQuote: outbound && quotePoint(reading.call, outbound.series),
    databaseShare: db.value + computing > 0 ? db.value / (db.value + computing) : 0,
    before: baselineOf(db.series, troubleBegan(facts)),
    databaseQuote: quotePoint(reading.call, db.series),
    computingQuote: larger && quotePoint(reading.call, larger.series),
  }
}

/** A request of this mean length, in seconds, is long enough for its phases to tell something. */
const TELLING_SECONDS = 0.03

/** What the phases say where the requests' time goes: to the `database`, to `computing`, or to neither clearly. */
export function phaseFinding(
  facts: Facts,
): { goesTo: 'database' | 'computing' | 'outbound' | 'neither' | 'unmeasured'; says: string; quote: Quote | undefined } | undefined {
  const phases = phasesNow(facts)
  if (!phases) return undefined
  const known = phases.database + phases.computing + phases.outbound
  if (known < TELLING_SECONDS)
    return isUnmeasured(facts, known)
      ? {
          goesTo: 'unmeasured',
          says: `no more than ${duration(known)} of a request are spent where time is measured (computing, the database, other services)`,
          quote: phases.databaseQuote,
        }
      : undefined
  const { database, computing, outbound, databaseShare, before, databaseQuote, computingQuote, outboundQuote } = phases
  if (outbound >= 0.6 * (database + computing + outbound))
    return { goesTo: 'outbound', says: `a request waits ${duration(outbound)} for another service on average`, quote: outboundQuote }
  const waits = `a request waits ${duration(database)} for the database on average${before === undefined || before > database ? '' : ` (${duration(before)} before)`}`
  const works = `most of a request's time goes to computing or waiting for the event loop, not to the database (${duration(database)})`
  if (databaseShare >= 0.7) return { goesTo: 'database', says: waits, quote: databaseQuote }
  if (databaseShare <= 0.4) return { goesTo: 'computing', says: works, quote: computingQuote }
  return { goesTo: 'neither', says: `${waits}, and about as long for the event loop or computing`, quote: databaseQuote }
}

/** All instances take many times as long on average as all phases together. */
function isUnmeasured(facts: Facts, known: number): boolean {
  const means = presentValues(facts.metric('mean_by_instance')).map(({ value }) => value)
  return means.length > 0 && Math.min(...means) > Math.max(4 * known, 0.1)
}
