import type { Faults } from '../faults/faults.ts'
import type { Metrics } from '../metrics.ts'
import type { MessageStore } from './message-store.ts'
import type { TwilioAccount } from './twilio-account.ts'

/** What every route of the stand-in of Twilio works on. */
export interface TwilioOptions {
  account: TwilioAccount
  store: MessageStore
  metrics: Metrics
  faults: Faults
  now: () => number
}
