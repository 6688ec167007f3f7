import type { Profile, ProfileSettings } from './profile.ts'

/** From `rampFrom` to `rampTo` in a straight line over the whole duration. */
export function ramp({ duration, rampFrom, rampTo }: Pick<ProfileSettings, 'duration' | 'rampFrom' | 'rampTo'>): Profile {
  return (seconds) => ({ rate: rampFrom + (rampTo - rampFrom) * Math.min(seconds / duration, 1), errorShare: 0, phase: 'ramp' })
}
