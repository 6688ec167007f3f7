import { TRAFFIC_PROFILES } from '@oncall-lab/traffic/api'
import { type Static, Type } from 'typebox'

/** A run that somebody starts by a button shall not take the machine. */
export const MOST_RPS = 200

/** What a run may last, in seconds. */
export const DURATION_SECONDS = { minimum: 1, maximum: 900, default: 120 }

const DURATION = Type.Integer({ minimum: DURATION_SECONDS.minimum, maximum: DURATION_SECONDS.maximum })
const fields = Object.fromEntries(
  TRAFFIC_PROFILES.flatMap((profile) => profile.fields).map(({ field, minimum, maximum }) => [
    field,
    Type.Optional(Type.Number({ minimum, maximum })),
  ]),
)

/** `POST /traffic`: customers beside those that the lab has anyway. A later call replaces an earlier one; `none` ends it. */
export const TrafficRequest = Type.Unsafe<{ profile: string; duration_seconds?: number } & Record<string, number | string>>(
  Type.Object(
    {
      profile: Type.Enum([...TRAFFIC_PROFILES.map(({ profile }) => profile), 'none']),
      duration_seconds: Type.Optional(DURATION),
      ...fields,
    },
    { additionalProperties: false },
  ),
)
export type TrafficRequest = Static<typeof TrafficRequest>

/** A run under way. */
export const RunningTraffic = Type.Object({
  profile: Type.String(),
  fields: Type.Record(Type.String(), Type.Number()),
  /** RFC 3339, UTC. */
  started_at: Type.String(),
  remaining_seconds: Type.Number(),
})
export type RunningTraffic = Static<typeof RunningTraffic>

const Field = Type.Object({
  field: Type.String(),
  says: Type.String(),
  minimum: Type.Number(),
  maximum: Type.Number(),
  default: Type.Number(),
})

/** `GET /traffic`, and the answer of `POST /traffic`. `last_failure` is why the run before did not reach its end. */
export const TrafficState = Type.Object({
  profiles: Type.Array(Type.Object({ profile: Type.String(), says: Type.String(), fields: Type.Array(Field) })),
  running: Type.Union([RunningTraffic, Type.Null()]),
  last_failure: Type.Union([Type.Object({ at: Type.String(), profile: Type.String(), why: Type.String() }), Type.Null()]),
  most_rps: Type.Number(),
  duration_seconds: Type.Object({ minimum: Type.Integer(), maximum: Type.Integer(), default: Type.Integer() }),
})
export type TrafficState = Static<typeof TrafficState>
