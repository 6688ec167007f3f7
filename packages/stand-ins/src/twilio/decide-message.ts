import { renderTemplate } from './template.ts'
import { TwilioError } from './twilio-error.ts'

/** The fields of a form-encoded create call. */
export type MessageForm = Record<string, string | string[] | undefined>

interface Decision {
  from: string
  to: string
  body: string
  /** 63016 where the message is accepted and then not delivered. */
  errorCode: number | null
  statusCallback: string | undefined
}

interface World {
  /** The account's one WhatsApp sender. */
  sender: string
  nowMs: number
  lastInboundMs(address: string): number | undefined
}

const WHATSAPP = /^whatsapp:/
const E164 = /^(whatsapp:)?\+[1-9]\d{6,14}$/
const LONGEST_BODY = 1_600
const LONGEST_TEMPLATE = 1_024
/** WhatsApp's customer service window (https://www.twilio.com/docs/api/errors/63016). */
const WINDOW_MS = 24 * 3_600_000
const NOT_CARRIED = ['MediaUrl', 'MessagingServiceSid', 'SendAt', 'ScheduleType']

/** When the person's 24-hour window closes, in milliseconds since 1970; undefined for somebody who never wrote. */
export function windowClosesMs(lastInboundMs: number | undefined): number | undefined {
  return lastInboundMs === undefined ? undefined : lastInboundMs + WINDOW_MS
}

/**
 * Whether Twilio takes the message, and what becomes of it.
 * @throws TwilioError for what Twilio refuses at once; the codes are those of https://www.twilio.com/docs/api/errors: 21604, 21603, 21211,
 *   21910, 63007, 21606, 21602, 21617, 21656, 63021 (and 501 for what this stand-in does not carry: media, services, schedules).
 */
export function decideMessage(form: MessageForm, { sender, nowMs, lastInboundMs }: World): Decision {
  for (const name of NOT_CARRIED)
    if (form[name] !== undefined) throw new TwilioError(501, 20001, `${name} is not carried by this stand-in of Twilio`)
  const { to, from } = decideAddresses(form, sender)
  const body = single(form.Body)
  const contentSid = single(form.ContentSid)
  const statusCallback = readCallback(single(form.StatusCallback))
  if (contentSid) {
    const text = renderTemplate(contentSid, single(form.ContentVariables))
    // https://www.twilio.com/docs/api/errors/63021: WhatsApp's limit for the text of a template.
    if ([...text].length > LONGEST_TEMPLATE) throw new TwilioError(400, 63021, 'Channel invalid content error')
    return { to, from, body: text, errorCode: null, statusCallback }
  }
  if (!body) throw new TwilioError(400, 21602, 'Message body is required.')
  if ([...body].length > LONGEST_BODY) throw new TwilioError(400, 21617, 'The concatenated message body exceeds the 1600 character limit')
  const closesMs = windowClosesMs(lastInboundMs(to))
  return { to, from, body, errorCode: closesMs !== undefined && nowMs <= closesMs ? null : 63016, statusCallback }
}

function decideAddresses(form: MessageForm, sender: string): { to: string; from: string } {
  const to = single(form.To)
  const from = single(form.From)
  if (!to) throw new TwilioError(400, 21604, "A 'To' phone number is required.")
  if (!from) throw new TwilioError(400, 21603, "A 'From' or 'MessagingServiceSid' parameter is required to send a message.")
  if (!E164.test(to) || to === from) throw new TwilioError(400, 21211, `Invalid 'To' Phone Number: ${to.replace(WHATSAPP, '')}`)
  if (WHATSAPP.test(to) !== WHATSAPP.test(from))
    throw new TwilioError(400, 21910, 'Invalid From and To pair. From and To should be of the same channel')
  if (from === sender) return { to, from }
  if (WHATSAPP.test(from)) throw new TwilioError(400, 63007, 'Twilio could not find a Channel with the specified From address')
  throw new TwilioError(
    400,
    21606,
    `The 'From' phone number provided (${from}) is not a valid message-capable Twilio phone number for this destination.`,
  )
}

function readCallback(url: string | undefined): string | undefined {
  if (!url) return undefined
  // https://www.twilio.com/docs/api/errors/21609
  if (!URL.canParse(url) || !/^https?:/.test(url)) throw new TwilioError(400, 21609, "The 'StatusCallback' URL is not a valid URL.")
  return url
}

function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.at(-1) : value
}
