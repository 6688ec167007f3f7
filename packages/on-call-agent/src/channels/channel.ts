/** Delivers messages to people. */
export interface Messenger {
  /** Returns the vendor's id of the message. @throws DeliveryError */
  send(to: string, body: string): Promise<string>
  /** The vendor's id of a message of just this text to this person since then; `isOther` says which ids belong to other messages. */
  find(to: string, body: string, since: Date, isOther: (sid: string) => boolean): Promise<string | undefined>
}

/** A message that was not accepted, or of which we do not know. */
export class DeliveryError extends Error {
  override readonly name = 'DeliveryError'
  readonly code: string
  /** True when the same attempt may succeed later. */
  readonly retryable: boolean
  /** True when the message may have gone out all the same. */
  readonly uncertain: boolean

  constructor(
    message: string,
    { code, retryable, uncertain, cause }: { code: string; retryable: boolean; uncertain: boolean; cause?: unknown },
  ) {
    super(message, { cause })
    this.code = code
    this.retryable = retryable
    this.uncertain = uncertain
  }
}
