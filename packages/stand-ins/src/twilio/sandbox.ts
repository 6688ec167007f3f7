import { SANDBOX_TEMPLATE } from './template.ts'

/** The sandbox's rules (https://www.twilio.com/docs/whatsapp/sandbox): who joined, for how long, how fast. */
const JOINED_FOR_MS = 3 * 86_400_000
const ONE_MESSAGE_PER_MS = 3_000
/** Messages that a trial account may send within a day (https://www.twilio.com/docs/api/errors/63038). */
export const TRIAL_MESSAGES_A_DAY = 50

/** What a person writes to join. */
const JOIN = /^\s*join\s+\S/i

/** Does this message join the sandbox? Twilio answers it itself; no webhook is called. */
export function joinsSandbox(body: string): boolean {
  return JOIN.test(body)
}

/** Why the sandbox does not deliver an accepted message; null when it does. */
export function decideSandbox({
  nowMs,
  joinedMs,
  previousMs,
  contentSid,
}: {
  nowMs: number
  /** When the recipient last joined; undefined for nobody who did. */
  joinedMs: number | undefined
  /** When the sender's previous message was accepted. */
  previousMs: number | undefined
  contentSid: string | undefined
}): number | null {
  if (joinedMs === undefined || nowMs - joinedMs > JOINED_FOR_MS) return 63015
  if (previousMs !== undefined && nowMs - previousMs < ONE_MESSAGE_PER_MS) return 63018
  // Only the sandbox's own templates are approved for its sender.
  return contentSid !== undefined && contentSid !== SANDBOX_TEMPLATE.sid ? 63016 : null
}
