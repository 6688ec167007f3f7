import type { Profile, ProfileSettings } from './profile.ts'

/** `rps` ± `sineAmplitude` with a period of `sinePeriod`, never below zero. */
export function sine({ rps, sineAmplitude, sinePeriod }: Pick<ProfileSettings, 'rps' | 'sineAmplitude' | 'sinePeriod'>): Profile {
  return (seconds) => ({
    rate: Math.max(0, rps + sineAmplitude * Math.sin((2 * Math.PI * seconds) / sinePeriod)),
    errorShare: 0,
    phase: 'sine',
  })
}
