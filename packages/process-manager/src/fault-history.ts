import { type Static, Type } from 'typebox'
import type { FleetFaultMode } from './api.ts'

const KEPT = 100

/** `GET /fault/history`: the last 100 faults, oldest first; `ended_at` is null while one acts. For people: no function of the agent reaches it. */
export const FaultHistoryList = Type.Object({
  faults: Type.Array(
    Type.Object({
      mode: Type.String(),
      /** Ports, or `database`. */
      targets: Type.Array(Type.Union([Type.Integer(), Type.Literal('database')])),
      /** RFC 3339, UTC. */
      started_at: Type.String(),
      ended_at: Type.Union([Type.String(), Type.Null()]),
    }),
  ),
})
export type FaultHistoryList = Static<typeof FaultHistoryList>

type Target = number | 'database'
interface Entry {
  mode: FleetFaultMode
  targets: Target[]
  /** Those in which it still acts. */
  left: Set<Target>
  startedMs: number
  endsMs: number
}

/** When which fault began and ended: as it was asked for, or by its own time. */
export class FaultHistory {
  readonly #entries: Entry[] = []
  readonly #now: () => number

  constructor(now: () => number = Date.now) {
    this.#now = now
  }

  /** A target has one fault at a time: a new one ends the one before. */
  begin(mode: FleetFaultMode, targets: Target[], ttlSeconds: number): void {
    if (targets.length === 0) return
    this.end(targets)
    const startedMs = this.#now()
    this.#entries.push({ mode, targets, left: new Set(targets), startedMs, endsMs: startedMs + ttlSeconds * 1_000 })
    this.#entries.splice(0, this.#entries.length - KEPT)
  }

  end(targets: Target[]): void {
    for (const entry of this.#entries.filter(({ endsMs }) => endsMs > this.#now())) {
      for (const target of targets) entry.left.delete(target)
      if (entry.left.size === 0) entry.endsMs = this.#now()
    }
  }

  list(): FaultHistoryList {
    return {
      faults: this.#entries.map(({ mode, targets, startedMs, endsMs }) => ({
        mode,
        targets,
        started_at: new Date(startedMs).toISOString(),
        ended_at: endsMs > this.#now() ? null : new Date(endsMs).toISOString(),
      })),
    }
  }
}
