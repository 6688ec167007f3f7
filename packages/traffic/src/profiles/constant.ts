import type { ProfileDeclaration } from './profile.ts'

/** `rps` all the time. */
export const constant: ProfileDeclaration = {
  says: 'a steady rate',
  settings: ['rps'],
  course:
    ({ rps }) =>
    () => ({ rate: rps, errorShare: 0, phase: 'steady' }),
}
