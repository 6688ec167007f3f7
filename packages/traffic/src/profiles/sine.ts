import type { ProfileDeclaration } from './profile.ts'

/** `rps` ± `sineAmplitude` with a period of `sinePeriod`, never below zero. */
export const sine: ProfileDeclaration = {
  says: 'a rate that swings',
  settings: ['rps', 'sineAmplitude', 'sinePeriod'],
  course:
    ({ rps, sineAmplitude, sinePeriod }) =>
    (seconds) => ({
      rate: Math.max(0, rps + sineAmplitude * Math.sin((2 * Math.PI * seconds) / sinePeriod)),
      errorShare: 0,
      phase: 'sine',
    }),
}
