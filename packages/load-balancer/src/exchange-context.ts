import type { IncomingMessage, ServerResponse } from 'node:http'
import type { BackendSet } from './backends/backend-set.ts'
import type { CallerConnection } from './caller-connection.ts'
import type { SettingsInUse } from './fleet-settings.ts'
import type { Limits } from './limits.ts'
import type { Metrics } from './metrics.ts'
import type { Entry, UnderWay } from './under-way.ts'
import type { WallClock } from './wall-clock.ts'

/** What is under way and has time limits. */
export interface Timed extends Entry {
  /** Ends what takes too long; `now` is monotonic, in ms. */
  checkTime(now: number): void
}

/** What all exchanges share. */
export interface ExchangeContext {
  readonly backends: BackendSet
  readonly metrics: Metrics
  readonly limits: Limits
  readonly settings: SettingsInUse
  readonly clock: WallClock
  /** The exchanges under way; whoever keeps the time looks through them a few times a second. */
  readonly underWay: UnderWay<Timed>
  /** The process is about to end: connections are not kept. */
  closing: boolean
}

/** A request that passed all checks. */
export interface Admitted {
  request: IncomingMessage
  response: ServerResponse
  /** Origin form. */
  target: string
  host: string | undefined
  caller: CallerConnection
}
