import type { ProfileDeclaration } from './profile.ts'

/** `mildRps` for `mildDuration`, then `highRps` to the end. */
export const rampSpike: ProfileDeclaration = {
  says: 'a low rate, then a high one',
  settings: ['mildRps', 'mildDuration', 'highRps'],
  course:
    ({ mildRps, mildDuration, highRps }) =>
    (seconds) =>
      seconds < mildDuration ? { rate: mildRps, errorShare: 0, phase: 'mild' } : { rate: highRps, errorShare: 0, phase: 'high' },
}
