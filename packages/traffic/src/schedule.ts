import { type ArrivalKind, arrivals } from './arrivals.ts'
import { type Choice, createRequestPlan, type PlanSettings } from './journeys/request-plan.ts'
import type { Profile, ProfileSettings } from './profiles/profile.ts'
import { PROFILES } from './profiles/profiles.ts'
import { createRandom } from './random.ts'

/** All that decides which requests are due when. */
export interface ScheduleSettings extends PlanSettings, ProfileSettings {
  profile: string
  arrivals: ArrivalKind
}

/** A request and when it is due, in seconds since the start. */
export interface DueRequest {
  at: number
  choice: Choice
}

/** The run's course. */
export function profileOf(settings: Pick<ScheduleSettings, 'profile'> & ProfileSettings): Profile {
  const profile = PROFILES[settings.profile]?.course(settings)
  if (!profile) throw new Error(`there is no profile ${settings.profile}`)
  return profile
}

/** Every `of`-th request from the `part`-th on (0 is the first), in order: a pure function of the settings. All parts together are the whole. */
export function* schedule(settings: ScheduleSettings, { part, of }: { part: number; of: number }): Generator<DueRequest> {
  const profile = profileOf(settings)
  const plan = createRequestPlan(settings)
  // A stream of its own, so that the requests do not depend on how the arrivals were drawn.
  const random = createRandom(settings.seed)
  let place = 0
  for (const at of arrivals(profile, settings.duration, { kind: settings.arrivals, random })) {
    const choice = plan({ at, errorShare: profile(at).errorShare })
    if (place % of === part) yield { at, choice }
    place += 1
  }
}

/** The highest rate of the run, in requests per second. */
export function peakRate(settings: Pick<ScheduleSettings, 'profile'> & ProfileSettings): number {
  const profile = profileOf(settings)
  let peak = 0
  for (let second = 0; second <= settings.duration; second += 1) peak = Math.max(peak, profile(second).rate)
  return peak
}
