import type { ProfileDeclaration } from './profile.ts'

const ERROR_SHARE = 0.8

/**
 * `normalRps` for `normalDuration`, then `errorRps` for `errorDuration` with four of five requests to the route that always fails; in a run
 * that lasts longer, normal traffic again.
 */
export const agentic: ProfileDeclaration = {
  says: 'normal traffic, then 80 % of the requests to GET /random-endpoint/error',
  settings: ['normalRps', 'normalDuration', 'errorRps', 'errorDuration'],
  course:
    ({ normalRps, normalDuration, errorRps, errorDuration }) =>
    (seconds) =>
      seconds >= normalDuration && seconds < normalDuration + errorDuration
        ? { rate: errorRps, errorShare: ERROR_SHARE, phase: 'error' }
        : { rate: normalRps, errorShare: 0, phase: 'normal' },
}
