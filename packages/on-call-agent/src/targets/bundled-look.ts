import type { BundleLayer, Incident } from '../api.ts'

/** What a bundle is about, and which time it looks at. */
export interface BundleSubject {
  incident: Incident
  /** When the trouble began: the first alert, or the opening. */
  onset: Date
  /** The time that is kept of what has a course. */
  from: Date
  until: Date
  /** The database that was named; undefined: that of the service. */
  database?: string | undefined
}

/** One file of a bundle, as a target gives it: what a call of one of its functions returns, or what `read` does. */
export type BundledLook = {
  layer: BundleLayer
  /** Of the file, without its ending. */
  name: string
} & ({ call: { name: string; args: object } } | { source: string; read: (signal: AbortSignal) => Promise<object> })

const BEFORE_MS = 15 * 60_000
const AFTER_MS = 5 * 60_000
const LONGEST_MS = 6 * 3_600_000

/** The subject of a bundle that is made now: from a quarter of an hour before the onset until the incident was over, six hours at most. */
export function subjectOf(incident: Incident, now: Date, database?: string): BundleSubject {
  const starts = incident.alerts.map(({ starts_at }) => Date.parse(starts_at)).filter(Number.isFinite)
  const onset = Math.min(Date.parse(incident.opened_at), ...starts)
  const from = onset - BEFORE_MS
  const over = incident.resolved_at === null ? now.getTime() : Date.parse(incident.resolved_at) + AFTER_MS
  const until = Math.max(onset, Math.min(now.getTime(), over, from + LONGEST_MS))
  return { incident, onset: new Date(onset), from: new Date(from), until: new Date(until), database }
}

/** For functions that look back so many minutes, a day at most. */
export const minutesSince = (from: Date) => Math.min(1_440, Math.max(1, Math.ceil((Date.now() - from.getTime()) / 60_000)))

/** The newest entries of the error log since then; `fetch_logs` looks back an hour at most. */
export function logsSince(from: Date): BundledLook {
  const seconds = Math.min(3_600, Math.max(60, Math.ceil((Date.now() - from.getTime()) / 1_000)))
  return { layer: 'logs', name: 'errors', call: { name: 'fetch_logs', args: { seconds, limit: 200 } } }
}
