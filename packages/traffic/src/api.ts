import { DAY, NUMBER_FLAGS, RATE } from './number-flags.ts'
import { PROFILES } from './profiles/profiles.ts'
import { peakRate } from './schedule.ts'

/** A number that shapes a profile: its name in requests (`spike_at`), its flag of the command, its range and default. */
export interface ProfileField {
  field: string
  flag: string
  says: string
  /** What its range is of: requests a second, seconds, or neither. */
  of: 'rate' | 'time' | 'other'
  minimum: number
  maximum: number
  default: number
}

/** A course that customers can take. */
export interface TrafficProfile {
  profile: string
  says: string
  fields: ProfileField[]
}

/** All profiles of the generator, as other processes offer them. */
export const TRAFFIC_PROFILES: readonly TrafficProfile[] = Object.entries(PROFILES).map(([profile, { says, settings }]) => ({
  profile,
  says,
  fields: settings.map((setting) => {
    const { flag, help, min, max, default: usual } = NUMBER_FLAGS[setting]
    const of = max === RATE.max ? 'rate' : max === DAY ? 'time' : 'other'
    // Which profiles read it is for the help of the command.
    const words = help.replace(/ \([\w, -]+\)$/, '')
    return { field: flag.replaceAll('-', '_'), flag: `--${flag}`, says: words, of, minimum: min, maximum: max, default: usual }
  }),
}))

/** The most requests a second of a profile with these fields; a missing one has its default. */
export function peakOf(profile: string, fields: Readonly<Record<string, number>>): number {
  const settings = Object.entries(NUMBER_FLAGS).map(([name, flag]) => [name, fields[flag.flag.replaceAll('-', '_')] ?? flag.default])
  return peakRate({ ...Object.fromEntries(settings), profile })
}
