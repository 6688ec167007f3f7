import { UpstreamError } from '@oncall-lab/service-kit/errors'
import type { FailedCall } from '@oncall-lab/service-kit/failed-call'

/** A tracker's failure. The message is a sentence for a person: never a body, never JSON. */
export class TrackerError extends UpstreamError {
  /** What a second try would do. */
  readonly claim: FailedCall['claim']
  readonly slow: boolean
  readonly retryAfterMs: number | undefined
  /** The fields that the tracker complained of, with its words. */
  readonly fields: Record<string, string>

  constructor(message: string, { fields = {}, ...options }: TrackerErrorOptions) {
    super(message, { ...options, retryable: options.claim !== 'final' })
    this.claim = options.claim
    this.slow = options.slow
    this.retryAfterMs = options.retryAfterMs
    this.fields = fields
  }
}

interface TrackerErrorOptions extends FailedCall {
  code: string
  fields?: Record<string, string>
  upstreamStatus?: number
  cause?: unknown
}
