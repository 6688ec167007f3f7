import type { Quote } from '../quote.ts'
import { list } from '../wording.ts'
import { type ErrorKind, isDatabaseError } from './error-kind.ts'
import { type Facts, presentValues } from './facts.ts'
import { quotePoint } from './load.ts'
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

/** The HTTP methods of the requests that met them, sorted. */
export function methodsOf(signatures: Signature[]): string[] {
  return [...new Set(signatures.flatMap(({ methods }) => methods))].sort()
}

/** Whether the log, an alert or slow answers point at the database, so that its own metrics are worth asking. */
export function concernsDatabase({ symptoms, logs }: Facts): boolean {
  return (
    symptoms.has('database') ||
    (logs.kind === 'seen' && logs.value.signatures.some(({ kind, share }) => isDatabaseError(kind) && share > 0))
  )
}

/** Whether the instances' probes reach the database: all, some or none of them; undefined where that could not be seen. */
export function databaseReach(
  facts: Facts,
): { kind: 'all' | 'some' | 'none'; instances: string[]; says: string; quote: Quote | undefined; wasDown: boolean } | undefined {
  const reading = facts.metric('database_up')
  const now = presentValues(reading)
  const [first] = now
  if (!first || reading.kind !== 'seen') return undefined
  const down = now.filter(({ value }) => value === 0)
  const wasDown = now.some(({ series }) => samplesOf(series).some(({ value }) => value === 0))
  const quote = quotePoint(reading.call, (down[0] ?? first).series)
  if (down.length === 0)
    return {
      kind: 'all',
      says: `the database answers the probes of ${now.length === 1 ? 'the instance' : now.length === 2 ? 'both instances' : 'all instances'}`,
      quote,
      wasDown,
      instances: [],
    }
  const instances = down.flatMap(({ labels }) => labels.instance ?? [])
  const names = list(down.map(({ labels }) => labels.instance ?? '?'))
  if (down.length < now.length)
    return { kind: 'some', says: `the probes of ${names} do not reach the database, the others do`, quote, wasDown, instances }
  return { kind: 'none', says: `no instance’s probe reaches the database (${names})`, quote, wasDown, instances }
}

/** The code that most of the database's errors are counted under, from the metric; undefined where there is none. */
export function topErrorCode(facts: Facts): { code: string; says: string; quote: Quote | undefined } | undefined {
  const reading = facts.metric('database_errors')
  const [top] = presentValues(reading)
    .filter(({ labels, value }) => value > 0 && labels.code !== undefined)
    .sort((a, b) => b.value - a.value)
  if (!top || reading.kind !== 'seen') return undefined
  const code = top.labels.code ?? ''
  return { code, says: `most of the counted database errors have the code ${code}`, quote: quotePoint(reading.call, top.series) }
}
