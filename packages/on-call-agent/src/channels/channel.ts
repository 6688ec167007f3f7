import type { FailedCall } from '@oncall-lab/service-kit/failed-call'
import type { Service } from '@oncall-lab/service-kit/service'
import type { Incident } from '../api.ts'
import { type IsOwnLink, outgoingText } from './outgoing-text.ts'
import type { LinksOf, Page } from './page.ts'

/** A message of a person as it comes in, by whatever way. */
export interface IncomingMessage {
  /** The vendor's id; null where the way in has none. */
  vendorId: string | null
  from: string
  body: string
  /** The vendor's id of the message that it quotes. */
  quotedVendorId?: string | undefined
  /** The incident, where the way in names it. */
  incidentId?: string | undefined
}

/** Stores a person's message; when it resolves, the message is on disk. A stranger's is not stored. */
type ReceiveMessage = (message: IncomingMessage) => Promise<'received' | 'repeated' | 'stranger'>

/** What a vendor says became of a message that it had accepted. */
export type VendorReport =
  | { state: 'delivered' | 'read' }
  /** `message` is for people. `againAfterMs`: sending it once more can help. */
  | { state: 'undelivered'; code: string; message: string; againAfterMs?: number | undefined }

/** What a channel's routes report beside the messages. */
export interface ChannelRouteDependencies {
  receive: ReceiveMessage
  /** Stores what became of a message that was sent; one that is not ours is left alone. When it resolves, the report is on disk. */
  report: (vendorId: string, report: VendorReport) => Promise<void>
  onOutcome: (outcome: 'received' | 'repeated' | 'stranger' | 'bad_signature') => void
}

/** Why a message is sent: it decides what may be merged or dropped. */
export type MessageKind = 'page' | 'answer' | 'update' | 'digest'

/** What a channel may say of the incident beside the message's own words. */
export type MessageSubject = Pick<Incident, 'id' | 'ref' | 'service' | 'severity' | 'status' | 'opened_at'>

/** A message on its way. */
export interface OutgoingMessage {
  to: string
  body: string
  /** Stands in the message, so that the vendor's own list tells whether it went out. */
  reference: string
  /** True when an earlier attempt may have gone out all the same: the message says so. */
  repeat: boolean
  kind: MessageKind
  /** What it is about; without the alerts, of which there may be megabytes. */
  incident?: MessageSubject | undefined
  /** When the newest message of this person came by a vendor. */
  lastHeardAt?: Date | undefined
}

/** A vendor has taken a message. */
export interface Accepted {
  /** The vendor's id of it. */
  vendorId: string
  /** It went out as an approved template, which may hold less than its text. */
  form?: 'template'
  /** It is where it was to go already. */
  delivered?: true
}

/** Delivers messages to people. */
export interface Messenger {
  /** @throws DeliveryError */
  send(message: OutgoingMessage): Promise<Accepted>
  /** The vendor's id of the message with this reference. @throws DeliveryError when the vendor cannot be asked. */
  find(message: Pick<OutgoingMessage, 'to' | 'reference'>): Promise<string | undefined>
  /** What became of an accepted message; undefined while it is under way, or for ever where the vendor cannot tell. @throws DeliveryError */
  statusOf?(message: { to: string; vendorId: string }): Promise<VendorReport | undefined>
}

/** Words a page for whoever is to have it. */
export interface PageWriter {
  /** As the channel of this address says it. @throws DeliveryError for an address that no channel knows. */
  render(to: string, page: Page): string
}

/** One way to reach people. */
export interface Channel extends Messenger {
  readonly id: string
  /** Addresses of this channel begin with it: `whatsapp` for `whatsapp:+15550100001`. */
  readonly scheme: string
  /** What an address of this channel looks like, in words. */
  readonly addressForm: string
  /** The address as it is stored; undefined when it is none of this channel. */
  readAddress(text: string): string | undefined
  /** True when two addresses are two forms of one; without it they are compared as they are written. */
  isSame?(a: string, b: string): boolean
  /** Who is reached where ONCALL_CONTACTS names nobody. */
  readonly defaultContact?: string | undefined
  /** Characters of one message. */
  readonly limit: number
  render(page: Page): string
  /** Registers the routes that replies come in by. */
  routes?(app: Service, deps: ChannelRouteDependencies): void
  /** Paths of those routes that the vendor calls under a public name. */
  readonly publicPaths?: readonly string[]
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

/**
 * Sends by the channel that the address names; one that no channel knows is refused for good. What leaves has no live link but our own, and no
 * private reasoning of a model.
 */
export function createMessenger(channels: Channel[], isOwnLink: IsOwnLink, linksOf?: LinksOf): Messenger & PageWriter {
  const channelOf = (to: string): Channel => {
    const channel = channels.find(({ readAddress }) => readAddress(to) !== undefined)
    if (channel) return channel
    throw new DeliveryError(`No channel reaches ${to}`, { code: 'no_channel', retryable: false, uncertain: false })
  }
  return {
    render: (to, page) => channelOf(to).render({ ...page, ...linksOf?.(page.incident) }),
    send: async (message) => channelOf(message.to).send({ ...message, body: outgoingText(message.body, isOwnLink) }),
    find: async (message) => channelOf(message.to).find(message),
    statusOf: async (message) => channelOf(message.to).statusOf?.(message),
  }
}
