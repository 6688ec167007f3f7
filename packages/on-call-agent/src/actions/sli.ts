import type { Incident } from '../api.ts'

/** One reading of a figure; null where there is nothing to read. */
export interface SliReading {
  now: number | null
  /** The worst since the incident was opened. */
  worst: number | null
  /** For so long it can stay bad after its cause is gone: what it looks back, and a scrape. */
  lagSeconds?: number
}

/** A figure of a service that tells whether its users are served; higher is worse. */
export interface Sli {
  readonly id: string
  /** In words: `12 % of the requests fail`. */
  says(value: number): string
  /** Beyond it the service is not served well. */
  readonly limit: number
  /** A change that is larger is no noise. */
  readonly grain: number
  /** @throws UpstreamError */
  read(incident: Incident, signal: AbortSignal): Promise<SliReading>
}

/** How long an alert can fire on after its cause is gone; nulls where its rule cannot be read. */
export interface AlertLag {
  alertname: string
  /** What its rule looks back. */
  looksBackSeconds: number | null
  /** That, `keep_firing_for`, one evaluation and one scrape. */
  seconds: number | null
}

/** What a target can read of a service while an action is judged. */
export interface Gauges {
  readonly slis: readonly Sli[]
  /** Names of the incident's alerts that fire now. @throws UpstreamError */
  firing(incident: Incident, signal: AbortSignal): Promise<string[]>
  /** How long the incident's alerts can fire on; none for an alert that is not this target's. @throws UpstreamError */
  lags?(incident: Incident, signal: AbortSignal): Promise<AlertLag[]>
}
