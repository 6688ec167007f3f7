import type { ScheduleSettings } from '../schedule.ts'
import type { SenderSettings, Snapshot } from './sender.ts'

/** What a sender's thread is started with. */
export interface ThreadTask {
  schedule: ScheduleSettings
  share: { part: number; of: number }
  sender: SenderSettings
}

/** What a thread is told. */
export type ThreadOrder = { kind: 'start'; startAt: number } | { kind: 'collect' } | { kind: 'stop' }

/** What it tells. */
export type ThreadNews = { kind: 'ready' } | { kind: 'collected'; snapshot: Snapshot } | { kind: 'ended' }
