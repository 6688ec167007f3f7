import type { AlertDecision } from '../incidents/decide-alert.ts'
import type { ReceivedAlert } from '../incidents/received-alert.ts'

/** What storing one alert did. */
export interface AlertOutcome {
  reason: AlertDecision['reason'] | 'gone' | 'stale'
  /** The incident that was opened, joined, repeated or (with its last episode) resolved. */
  incidentId: string | null
  effect: 'opened' | 'joined' | 'reopened' | 'episode_ended' | 'resolved' | 'none'
  /** Why people are told of it although it is no page. */
  tell?: 'flapping' | 'stale'
}

/** An episode that has not ended, for reconciling with its source. */
export interface OpenEpisode {
  id: number
  alertname: string
  fingerprint: string
  source: string
  /** True when its source was seen to hold it, at least once. */
  held: boolean
  /** False when its source may have forgotten it. */
  confirmed: boolean
  /** Its newest firing webhook, by our clock. */
  lastSeenAt: string
}

/** Alerts become episodes, and episodes belong to incidents. */
export interface AlertStore {
  /** Stores the alerts of one webhook, all or none; the outcomes are in the given order. */
  apply(alerts: ReceivedAlert[]): Promise<AlertOutcome[]>
  openEpisodes(): Promise<OpenEpisode[]>
  /** Of these episodes, as they were first received. */
  labelsOf(ids: number[]): Promise<Map<number, Record<string, string>>>
  /** Ends episodes whose resolve never arrived; an incident closes with its last one. */
  endEpisodes(ids: number[], reason: 'gone' | 'stale'): Promise<AlertOutcome[]>
  /** Their source was seen to hold them. */
  markHeld(ids: number[]): Promise<void>
  /** Their source may have forgotten them: nothing joins an incident that has only such episodes. */
  markMissing(ids: number[]): Promise<void>
  /** Sources of which an episode was ever seen held. */
  heldSources(): Promise<string[]>
  /** Stores that a heartbeat came just now: by webhook, or seen at its source. */
  beat(name: string, way: 'webhook' | 'source'): Promise<void>
  /** The newest heartbeat: only webhooks count once one came, since what a source holds may not reach us. Undefined when none ever came. */
  lastBeat(): Promise<string | undefined>
}
