import type { ProfileDeclaration } from './profile.ts'

/** From `rampFrom` to `rampTo` in a straight line over the whole duration. */
export const ramp: ProfileDeclaration = {
  says: 'from one rate to another in a straight line',
  settings: ['rampFrom', 'rampTo'],
  course:
    ({ duration, rampFrom, rampTo }) =>
    (seconds) => ({ rate: rampFrom + (rampTo - rampFrom) * Math.min(seconds / duration, 1), errorShare: 0, phase: 'ramp' }),
}
