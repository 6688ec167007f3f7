import type { Finding } from '../hypotheses/hypothesis.ts'
import { quoteFrom } from '../quote.ts'
import { list, percent } from '../wording.ts'
import { type ErrorKind, isDependencyError } from './error-kind.ts'
import { type Facts, presentValues } from './facts.ts'
import { quotePoint } from './load.ts'
import { askMetric, type Question } from './metric-queries.ts'
import { samplesOf } from './series.ts'
import type { Signature } from './signatures.ts'

/** The newest minute's signatures of these kinds, most frequent first. */
export function loggedOfKind({ logs }: Facts, ...kinds: ErrorKind[]): Signature[] {
  return logs.kind === 'seen' ? logs.value.signatures.filter(({ kind, share }) => kinds.includes(kind) && share > 0) : []
}

/** Their part of the newest minute's entries, 0..1. */
export function shareOf(signatures: Signature[]): number {
  return signatures.reduce((sum, { share }) => sum + share, 0)
}

/** The routes that they name, sorted. */
export function routesOf(signatures: Signature[]): string[] {
  return [...new Set(signatures.flatMap(({ routes }) => routes))].sort()
}

/** The finding that the log holds these errors; `what` names them in the plural. */
export function logFinding({ logs }: Facts, signatures: Signature[], what: string): Finding[] {
  const [first] = signatures
  if (!first || logs.kind !== 'seen') return []
  const share = shareOf(signatures)
  const says = `${percent(share)} of the newest log entries are ${what}, e.g. "${first.message.slice(0, 100)}"`
  return [{ source: 'log', weight: 0.2 + 0.4 * share, says, quote: quoteFrom(logs.call, first.message) }]
}

/** What the instances' own probes and pools say is worth asking when the log, an alert or slow answers point at the database. */
export function databaseQuestions(facts: Facts): Question[] {
  const { symptoms, logs, job } = facts
  const logged = logs.kind === 'seen' && logs.value.signatures.some(({ kind, share }) => isDependencyError(kind) && share > 0)
  if (!logged && !symptoms.has('database')) return []
  return (
    [
      'database_up',
      'database_errors',
      'pool_in_use',
      'pool_waiting',
      'pool_size',
      'served_by_instance',
      'pool_connections',
      'phases',
    ] as const
  ).map((name) => askMetric(name, job))
}

/** Whether the instances' probes reach the database: all, some or none of them; undefined where that could not be seen. */
export function databaseReach(
  facts: Facts,
): { kind: 'all' | 'some' | 'none'; says: string; quote: Finding['quote']; wasDown: boolean } | undefined {
  const reading = facts.metric('database_up')
  const now = presentValues(reading)
  const [first] = now
  if (!first || reading.kind !== 'seen') return undefined
  const down = now.filter(({ value }) => value === 0)
  const wasDown = now.some(({ series }) => samplesOf(series).some(({ value }) => value === 0))
  const quote = quotePoint(reading.call, (down[0] ?? first).series)
  if (down.length === 0) return { kind: 'all', says: `the database answers the probes of all ${now.length} instances`, quote, wasDown }
  const names = list(down.map(({ labels }) => labels.instance ?? '?'))
  if (down.length < now.length)
    return { kind: 'some', says: `the probes of ${names} do not reach the database, the others do`, quote, wasDown }
  return { kind: 'none', says: `no instance’s probe reaches the database (${names})`, quote, wasDown }
}

/** The finding that the database's errors are counted under these codes, from the metric; undefined where none of them is. */
export function codeFinding(facts: Facts, codes: RegExp): Finding | undefined {
  const reading = facts.metric('database_errors')
  const [top] = presentValues(reading)
    .filter(({ labels, value }) => value > 0 && codes.test(labels.code ?? ''))
    .sort((a, b) => b.value - a.value)
  if (!top || reading.kind !== 'seen') return undefined
  const says = `${top.value.toFixed(top.value < 1 ? 2 : 1)} database errors a second have the code ${top.labels.code}`
  return { source: 'database', weight: 0.4, says, quote: quotePoint(reading.call, top.series) }
}
