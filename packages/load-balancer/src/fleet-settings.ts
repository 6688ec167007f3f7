import type { Static } from 'typebox'

/** What the fleet sets of the balancer while it runs; it comes with the list of backends. A missing one has its usual value. */
export const FleetSettings = {
  type: 'object',
  properties: {
    /** `static`: the list of backends that is in use stays, whatever the process manager's says. */
    discovery: { type: 'string', enum: ['dynamic', 'static'] },
    /** `always`: a request goes to another backend whatever its method, also when the first may have carried it out. */
    resend: { type: 'string', enum: ['safe', 'always'] },
    /** How many other backends a request may go to. */
    retries: { type: 'integer', minimum: 0, maximum: 9 },
    /** Instead of `LB_READ_TIMEOUT`. */
    read_timeout_ms: { type: 'integer', minimum: 10, maximum: 600_000 },
    /** A request that has no answer by then also goes to another backend, whatever its method; 0: never. */
    resend_after_ms: { type: 'integer', minimum: 0, maximum: 600_000 },
  },
  required: [],
} as const
export type FleetSettings = Static<typeof FleetSettings>

/** The settings in use. */
export class SettingsInUse {
  discovery: 'dynamic' | 'static' = 'dynamic'
  resendsAlways = false
  retries = 1
  readTimeoutMs: number
  resendAfterMs = 0
  readonly #usualReadTimeoutMs: number

  constructor(usualReadTimeoutMs: number) {
    this.#usualReadTimeoutMs = usualReadTimeoutMs
    this.readTimeoutMs = usualReadTimeoutMs
  }

  /** Whatever is not named gets its usual value back. True when something changed. */
  use(settings: FleetSettings): boolean {
    const { discovery = 'dynamic', resend = 'safe', retries = 1, resend_after_ms = 0 } = settings
    const { read_timeout_ms = this.#usualReadTimeoutMs } = settings
    const before = JSON.stringify(this)
    this.discovery = discovery
    this.resendsAlways = resend === 'always'
    this.retries = retries
    this.readTimeoutMs = read_timeout_ms
    this.resendAfterMs = resend_after_ms
    return JSON.stringify(this) !== before
  }
}
