import type { Profile, ProfileSettings } from './profile.ts'

/** `rps` all the time. */
export function constant({ rps }: Pick<ProfileSettings, 'rps'>): Profile {
  return () => ({ rate: rps, errorShare: 0, phase: 'steady' })
}
