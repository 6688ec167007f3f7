import type { MessageKind } from '../channels/channel.ts'

/**
 * Where a message to a person stands. `sending`: an attempt has begun. `accepted`: the vendor has it. `unknown`: it may have gone out without our
 * learning of it; the vendor is asked before it is sent again. `failed`: given up. The last three of the union are final.
 */
export type OutboxState = 'pending' | 'sending' | 'unknown' | 'accepted' | 'delivered' | 'undelivered' | 'failed'

/** A message to one recipient. */
export interface OutboundMessage {
  id: number
  incidentId: string | null
  /** An address, e.g. `whatsapp:+15550100001`. */
  recipient: string
  kind: MessageKind
  body: string
  state: OutboxState
  createdAt: string
  /** Attempts that have begun. */
  attempts: number
  /** True when an attempt may have gone out without our learning of it. */
  uncertain: boolean
  /** The vendor's id of it, once accepted. */
  vendorId: string | null
  /** Not before this time; null once it is settled. */
  nextAttemptAt: string | null
}

/** A message to be queued. */
export interface NewMessage {
  incidentId: string | null
  to: string
  body: string
  kind: MessageKind
  /** At most one message is ever queued for a key, e.g. `page:<incident>:<recipient>`. */
  key?: string
  /** A part of the body that its recipient alone may read: the timeline shows dots. */
  hidden?: string
}

/** A failed attempt. */
interface DeliveryFailure {
  code: string
  message: string
  /** Null: given up. */
  nextAttemptAt: Date | null
  /** It may have gone out all the same. */
  uncertain: boolean
}

/** What a vendor says about the end of a message that it accepted. */
type DeliveryReport =
  | { state: 'delivered' | 'read' }
  /** `nextAttemptAt`: when it is sent once more; null: never. */
  | { state: 'undelivered'; code: string; message: string; nextAttemptAt: Date | null }

/** Messages to people, one row for each recipient. */
export interface Outbox {
  /** Returns the id of the message, or of the one that has its key already. */
  queue(message: NewMessage): Promise<number>
  /**
   * Messages that are due, oldest first, at most one for each incident and recipient: a later one waits for the earlier one. They belong to the
   * caller for `leaseMs`; another caller does not get them until then, unless they are settled before.
   */
  claimDue(now: Date, options?: { limit?: number; leaseMs?: number }): Promise<OutboundMessage[]>
  /** Gives claimed messages back untouched. */
  release(messageIds: number[]): Promise<void>
  /** When the next message falls due that waits for no earlier one; undefined when nothing waits. */
  nextDue(): Promise<Date | undefined>
  /** Records that an attempt begins, so that a crash in it leaves the message `unknown`. To be called before the vendor is. */
  markSending(messageId: number): Promise<void>
  /** `form`: it went out as an approved template, which may hold less than its text. */
  markAccepted(messageId: number, vendorId: string, form?: 'template'): Promise<void>
  markFailed(messageId: number, failure: DeliveryFailure): Promise<void>
  /**
   * The vendor's own report on an accepted message. One that is to be sent again is `pending` until then, and its failure is recorded as one that
   * is not final. A message that was read was delivered, also when nobody said so. False when we sent none with this id, or this is known already.
   */
  markDelivery(vendorId: string, report: DeliveryReport): Promise<boolean>
  /** Accepted messages that were queued since then and whose end nobody has reported, oldest first. */
  unreported(since: Date): Promise<OutboundMessage[]>
  /** Open incidents of which nobody has been reached: each page of theirs was tried, and none is accepted or delivered. */
  unpaged(): Promise<string[]>
  /** Pages to this person that were queued since then. */
  countPages(to: string, since: Date): Promise<number>
  /** Makes the pages of an incident that nobody has been reached about due again, also those that were given up; returns how many. */
  retryPages(incidentId: string): Promise<number>
  /** Messages in these states, oldest first. */
  list(states: OutboxState[], limit?: number): Promise<OutboundMessage[]>
  /** The incident of the newest message to this person that is about one. */
  lastIncidentOf(person: string): Promise<string | undefined>
  /** The incident of a message that we sent. */
  incidentOf(vendorId: string): Promise<string | undefined>
  /** The message that we sent under this id of the vendor. */
  findSent(vendorId: string): Promise<OutboundMessage | undefined>
}
