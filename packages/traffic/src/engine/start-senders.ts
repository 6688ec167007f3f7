import { type ScheduleSettings, schedule } from '../schedule.ts'
import { createLocalSender } from './local-sender.ts'
import type { Due, Sender, SenderSettings } from './sender.ts'
import { createThreadSender } from './thread-sender.ts'

/** Each has its share of the schedule and of the slots. One sends in this thread, several in one thread each. */
export async function startSenders(
  count: number,
  settings: { schedule: ScheduleSettings; sender: SenderSettings },
): Promise<readonly Sender[]> {
  const share = { ...settings.sender, maxInFlight: Math.ceil(settings.sender.maxInFlight / count) }
  if (count === 1) return [createLocalSender(share, schedule(settings.schedule, { part: 0, of: 1 }) as Due)]
  return Promise.all(
    Array.from({ length: count }, (_, part) =>
      createThreadSender({ schedule: settings.schedule, share: { part, of: count }, sender: share }),
    ),
  )
}
