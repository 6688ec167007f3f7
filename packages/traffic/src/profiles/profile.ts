/** What the customers do at one moment. */
interface Moment {
  /** Mean arrivals per second. */
  rate: number
  /** Share of the requests, 0..1, that go to the route that always fails. */
  errorShare: number
  /** Announced whenever it changes. */
  phase: string
}

/** The course of a run: a pure function of the seconds since its start. */
export type Profile = (seconds: number) => Moment

/** What the profiles read; times in seconds, rates per second. */
export interface ProfileSettings {
  duration: number
  rps: number
  spikeAt: number
  spikeMult: number
  rampFrom: number
  rampTo: number
  sineAmplitude: number
  sinePeriod: number
  mildRps: number
  highRps: number
  mildDuration: number
  normalRps: number
  normalDuration: number
  errorRps: number
  errorDuration: number
}

/** A profile and what people need to know of it: the help of the command and the process manager derive from it. */
export interface ProfileDeclaration {
  /** The course, in words. */
  says: string
  /** The settings that shape it, `duration` aside. */
  settings: readonly Exclude<keyof ProfileSettings, 'duration'>[]
  course(settings: ProfileSettings): Profile
}
