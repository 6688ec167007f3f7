import type { Profile } from '../profiles/profile.ts'

const LOOK_EVERY_MS = 25

/** Calls `announce` with each new phase when it begins, until disposed. `elapsed` gives the seconds since the start. */
export function watchPhases(profile: Profile, elapsed: () => number, announce: (phase: string) => void): Disposable {
  let last: string | undefined
  const look = () => {
    const { phase } = profile(Math.max(0, elapsed()))
    if (phase !== last) announce(phase)
    last = phase
  }
  look()
  const timer = setInterval(look, LOOK_EVERY_MS)
  return { [Symbol.dispose]: () => clearInterval(timer) }
}
