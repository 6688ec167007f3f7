import type { DueRequest } from '../schedule.ts'
import type { Tally } from './tally.ts'

/** Sends a share of the schedule: in this thread or in one of its own. */
export interface Sender extends AsyncDisposable {
  /** Begins; the schedule counts from `startAt`, in ms of the machine's monotonic clock (`monotonicMs`). */
  start(startAt: number): void
  /** What happened since the last call. */
  collect(): Promise<Snapshot>
  /** No more arrivals; what is in flight is waited for. */
  stop(): void
  /** Resolved when the schedule is over and everything has ended; rejected when the thread broke. */
  ended: Promise<void>
}

/** A span's tally and how many requests are in flight at its end. */
export interface Snapshot {
  tally: Tally
  inFlight: number
}

/** What a sender needs to know. */
export interface SenderSettings {
  url: string
  /** The most that are in flight at a time. */
  maxInFlight: number
  /** Milliseconds for an answer, from when the request left; an arrival that could not leave for so long is shed. */
  timeoutMs: number
  /** Each request tells when it was due. */
  stamp: boolean
}

/** The requests of a sender, in order. */
export type Due = Iterator<DueRequest, undefined>
