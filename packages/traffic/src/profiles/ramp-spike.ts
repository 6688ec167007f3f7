import type { Profile, ProfileSettings } from './profile.ts'

/** `mildRps` for `mildDuration`, then `highRps` to the end. */
export function rampSpike({ mildRps, mildDuration, highRps }: Pick<ProfileSettings, 'mildRps' | 'mildDuration' | 'highRps'>): Profile {
  return (seconds) =>
    seconds < mildDuration ? { rate: mildRps, errorShare: 0, phase: 'mild' } : { rate: highRps, errorShare: 0, phase: 'high' }
}
