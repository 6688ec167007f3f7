import { UpstreamError } from '@oncall-lab/service-kit/errors'
import type { FailedCall } from '@oncall-lab/service-kit/failed-call'

/** A failed call to ServiceNow, with what a second try would do; the message is a sentence for a person. */
export class ServiceNowError extends UpstreamError {
  readonly failed: FailedCall

  constructor(message: string, failed: FailedCall, options: { code: string; upstreamStatus?: number; cause?: unknown }) {
    super(message, { ...options, retryable: failed.claim !== 'final' })
    this.failed = failed
  }
}
