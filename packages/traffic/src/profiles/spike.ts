import type { ProfileDeclaration } from './profile.ts'

/** `rps`, and from `spikeAt` to the end `spikeMult` times as much. */
export const spike: ProfileDeclaration = {
  says: 'a steady rate, and from a moment on a multiple of it',
  settings: ['rps', 'spikeAt', 'spikeMult'],
  course:
    ({ rps, spikeAt, spikeMult }) =>
    (seconds) =>
      seconds < spikeAt ? { rate: rps, errorShare: 0, phase: 'steady' } : { rate: rps * spikeMult, errorShare: 0, phase: 'spike' },
}
