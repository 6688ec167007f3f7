import { createHash } from 'node:crypto'

/** Requests as the server saw them; times in Unix ms. */
export interface RecordedRequest {
  /** When it was due, as it says itself. */
  intended: number
  arrived: number
  answered: number
  /** Method, path and body. */
  what: string
}

/** What a server that records can say of a run. Times in milliseconds. */
export interface ServerSide {
  requests: number
  /** Arrivals per second, from the first to the last. */
  rps: number
  /** How late the last requests were against the first ones: median of the last hundred less median of the first hundred. */
  driftMs: number
  /** Arrival after the intended time. */
  lateness: Spread
  /** Answer after the intended time: what customers who come on time waited. */
  latency: Spread
  /** Of what was asked for, the same whatever the order. */
  digest: string
  /** When each request was due, since the first one was; in the order of what was asked for, and of time among the same. */
  dueMs: number[]
}

/** Exact percentiles. */
interface Spread {
  p50: number
  p99: number
  max: number
}

/** Reads the record of a run. */
export function readRecord(requests: readonly RecordedRequest[]): ServerSide {
  const ordered = requests.toSorted((a, b) => a.intended - b.intended)
  const late = ordered.map(({ intended, arrived }) => arrived - intended)
  const first = ordered[0]?.intended ?? 0
  const arrivals = requests.map(({ arrived }) => arrived).toSorted((a, b) => a - b)
  const span = (arrivals.at(-1) ?? 0) - (arrivals[0] ?? 0)
  // Times are not part of the digest: as Unix times they are rounded, differently in each run.
  const byWhat = ordered.toSorted((a, b) => (a.what < b.what ? -1 : a.what > b.what ? 1 : 0))
  const digest = createHash('sha256')
  for (const { what } of byWhat) digest.update(`${what}\n`)
  return {
    requests: ordered.length,
    rps: span > 0 ? ((ordered.length - 1) / span) * 1_000 : 0,
    driftMs: spread(late.slice(-100)).p50 - spread(late.slice(0, 100)).p50,
    lateness: spread(late),
    latency: spread(ordered.map(({ intended, answered }) => answered - intended)),
    digest: digest.digest('hex'),
    dueMs: byWhat.map(({ intended }) => intended - first),
  }
}

/** The most by which a request was due at another time than in another run of the same requests, in ms. */
export function largestShiftMs(one: ServerSide, other: ServerSide): number {
  return one.dueMs.reduce((most, at, index) => Math.max(most, Math.abs(at - (other.dueMs[index] ?? Number.POSITIVE_INFINITY))), 0)
}

function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0
  return { p50: at(0.5), p99: at(0.99), max: at(1) }
}
