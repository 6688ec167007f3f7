import type { FailedCall } from '@oncall-lab/service-kit/failed-call'

/** Delivers messages to people. */
export interface Messenger {
  /** Returns the vendor's id of the message. @throws DeliveryError */
  send(to: string, body: string): Promise<string>
  /** The vendor's id of a message of just this text to this person since then; `isOther` says which ids belong to other messages. */
  find(to: string, body: string, since: Date, isOther: (sid: string) => boolean): Promise<string | undefined>
}

/** `code` is the vendor's, or ours. */
interface DeliveryErrorOptions extends Partial<Pick<FailedCall, 'slow' | 'retryAfterMs'>> {
  code: string
  cause?: unknown
}

/** A message that was not accepted, or of which we do not know. */
export class DeliveryError extends Error {
  override readonly name = 'DeliveryError'
  readonly code: string
  /** True when the same attempt may succeed later. */
  readonly retryable: boolean
  /** True when the message may have gone out all the same. */
  readonly uncertain: boolean
  /** True when somebody has to mend something first (credentials, an address): worth trying again, but slowly. */
  readonly slow: boolean
  /** How long the vendor asks to wait. */
  readonly retryAfterMs: number | undefined

  constructor(
    message: string,
    { code, retryable, uncertain, slow = false, retryAfterMs, cause }: DeliveryErrorOptions & { retryable: boolean; uncertain: boolean },
  ) {
    super(message, { cause })
    this.code = code
    this.retryable = retryable
    this.uncertain = uncertain
    this.slow = slow
    this.retryAfterMs = retryAfterMs
  }

  /** From what the failed call says about a second try. */
  static of(message: string, { claim, ...options }: DeliveryErrorOptions & FailedCall): DeliveryError {
    return new DeliveryError(message, { ...options, retryable: claim !== 'final', uncertain: claim === 'uncertain' })
  }
}
