import type { Profile, ProfileSettings } from './profile.ts'

/** `rps`, and from `spikeAt` to the end `spikeMult` times as much. */
export function spike({ rps, spikeAt, spikeMult }: Pick<ProfileSettings, 'rps' | 'spikeAt' | 'spikeMult'>): Profile {
  return (seconds) =>
    seconds < spikeAt ? { rate: rps, errorShare: 0, phase: 'steady' } : { rate: rps * spikeMult, errorShare: 0, phase: 'spike' }
}
