import type { Profile, ProfileSettings } from './profile.ts'

type AgenticSettings = Pick<ProfileSettings, 'normalRps' | 'normalDuration' | 'errorRps' | 'errorDuration'>

const ERROR_SHARE = 0.8

/**
 * `normalRps` for `normalDuration`, then `errorRps` for `errorDuration` with four of five requests to the route that always fails; in a run
 * that lasts longer, normal traffic again.
 */
export function agentic({ normalRps, normalDuration, errorRps, errorDuration }: AgenticSettings): Profile {
  return (seconds) =>
    seconds >= normalDuration && seconds < normalDuration + errorDuration
      ? { rate: errorRps, errorShare: ERROR_SHARE, phase: 'error' }
      : { rate: normalRps, errorShare: 0, phase: 'normal' }
}
