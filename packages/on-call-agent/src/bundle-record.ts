import { type Static, Type } from 'typebox'
import { Nullable } from './nullable.ts'

/** What an incident's bundle is made of, in the order of its files. */
export const BUNDLE_LAYERS = ['database', 'os', 'storage', 'kubernetes', 'logs', 'metrics', 'incident'] as const
export const BundleLayer = Type.Enum([...BUNDLE_LAYERS], { type: 'string' })
export type BundleLayer = Static<typeof BundleLayer>

const Time = Type.String({ description: 'RFC 3339, UTC.' })

/** What could not be had; it is no reason not to make the bundle. */
const BundleError = Type.Object({ layer: BundleLayer, source: Type.String(), message: Type.String() })
export type BundleError = Static<typeof BundleError>

/** `GET /api/bundles/{id}`: a bundle, in the making or made. */
export const Bundle = Type.Object({
  id: Type.String(),
  /** `failed`: it could not be written; what it could not read stands in `errors`. */
  status: Type.Enum(['running', 'ready', 'failed'], { type: 'string' }),
  /** The ref of the incident, or null where it is about a service alone. */
  incident: Nullable(Type.String()),
  service: Type.String(),
  layers: Type.Array(BundleLayer),
  errors: Type.Array(BundleError),
  /** The database that was named. */
  database: Type.Optional(Type.String()),
  requested_by: Type.String(),
  created_at: Time,
  finished_at: Nullable(Time),
  bytes: Nullable(Type.Integer()),
  sha256: Nullable(Type.String()),
})
export type Bundle = Static<typeof Bundle>

/** `GET /api/bundles`, newest first. */
export const BundleList = Type.Object({ bundles: Type.Array(Bundle) })
export type BundleList = Static<typeof BundleList>

/** `POST /api/bundles`: about an incident (id or ref), or about a service as it is now; all layers unless some are named. */
export const BundleRequest = Type.Object(
  {
    incident: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
    service: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
    /** Of the configured ones; that of the service unless named. */
    database: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
    layers: Type.Optional(Type.Array(BundleLayer, { minItems: 1, maxItems: BUNDLE_LAYERS.length })),
  },
  { additionalProperties: false },
)
export type BundleRequest = Static<typeof BundleRequest>

/** `manifest.json` of a bundle. */
export const BundleManifest = Type.Object({
  format: Type.Literal('oncall-lab/bundle'),
  version: Type.Literal(1),
  id: Type.String(),
  requested_by: Type.String(),
  made_from: Time,
  made_until: Time,
  incident: Nullable(
    Type.Object({
      id: Type.String(),
      ref: Type.String(),
      service: Type.String(),
      severity: Type.String(),
      status: Type.String(),
      opened_at: Time,
    }),
  ),
  service: Type.String(),
  /** Of what made it. */
  versions: Type.Record(Type.String(), Type.String()),
  layers: Type.Array(BundleLayer),
  /** Every other file of the archive. `source` is what gave it; `ok` is false where it holds only why there is nothing. */
  files: Type.Array(
    Type.Object({
      path: Type.String(),
      layer: BundleLayer,
      source: Type.String(),
      ok: Type.Boolean(),
      bytes: Type.Integer(),
      sha256: Type.String(),
      milliseconds: Type.Number(),
    }),
  ),
  errors: Type.Array(BundleError),
})
export type BundleManifest = Static<typeof BundleManifest>

/** `metrics/…-alerts.json`: the compared value of each alert around the onset; `points` are [Unix seconds, value]. */
export const RecordedAlerts = Type.Object({
  onset: Time,
  alerts: Type.Array(
    Type.Object({
      alertname: Type.String(),
      expression: Type.String(),
      threshold: Nullable(Type.String()),
      series: Type.Array(
        Type.Object({
          labels: Type.Record(Type.String(), Type.String()),
          points: Type.Array(Type.Tuple([Type.Number(), Nullable(Type.Number())])),
        }),
      ),
    }),
  ),
})
export type RecordedAlerts = Static<typeof RecordedAlerts>
