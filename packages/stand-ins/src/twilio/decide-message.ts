import type { MessageDetail } from './message.ts'
import { decideSandbox } from './sandbox.ts'
import { findTemplate, renderTemplate, type Template, templateFailure } from './template.ts'
import { MESSAGING_SERVICE_SID } from './twilio-account.ts'
import { TwilioError } from './twilio-error.ts'

/** The fields of a form-encoded create call. */
export type MessageForm = Record<string, string | string[] | undefined>

interface Decision {
  from: string
  to: string
  body: string
  /** Why the message is accepted and then not delivered. */
  errorCode: number | null
  statusCallback: string | undefined
  /** The addresses of media that go with it. */
  mediaUrls: string[]
  more: MessageDetail
}

interface World {
  /** The account's one WhatsApp sender. */
  sender: string
  nowMs: number
  lastInboundMs(address: string): number | undefined
  /** What the sandbox goes by; undefined for a sender of one's own. */
  sandbox: { joinedMs(address: string): number | undefined; previousMs: number | undefined } | undefined
}

const WHATSAPP = /^whatsapp:/
const E164 = /^(whatsapp:)?\+[1-9]\d{6,14}$/
const LONGEST_BODY = 1_600
const LONGEST_TEMPLATE = 1_024
const MOST_MEDIA = 10
/** WhatsApp's customer service window (https://www.twilio.com/docs/api/errors/63016). */
const WINDOW_MS = 24 * 3_600_000
/** `SendAt` lies this far ahead (https://www.twilio.com/docs/messaging/features/message-scheduling). */
const SCHEDULE_MS = { min: 300_000, max: 35 * 86_400_000 }

/** When the person's 24-hour window closes, in milliseconds since 1970; undefined for somebody who never wrote. */
export function windowClosesMs(lastInboundMs: number | undefined): number | undefined {
  return lastInboundMs === undefined ? undefined : lastInboundMs + WINDOW_MS
}

/**
 * Whether Twilio takes the message, and what becomes of it.
 * @throws TwilioError for what Twilio refuses at once; the codes are those of https://www.twilio.com/docs/api/errors: 21604, 21603, 21211, 63031,
 *   21910, 63007, 21606, 21705, 21602, 21617, 21620, 21655, 21656, 63021, 35111, 35114, 35118.
 */
export function decideMessage(form: MessageForm, world: World): Decision {
  const serviceSid = readService(single(form.MessagingServiceSid))
  const { to, from } = decideAddresses(form, world.sender, serviceSid)
  const statusCallback = readCallback(single(form.StatusCallback))
  const mediaUrls = readMedia(form.MediaUrl)
  const contentSid = single(form.ContentSid)
  const template = contentSid === undefined ? undefined : findTemplate(contentSid)
  const body = template ? templateText(template, single(form.ContentVariables)) : freeText(single(form.Body), mediaUrls)
  const more = { ...(serviceSid && { serviceSid }), ...readSchedule(form, serviceSid, world.nowMs) }
  return { to, from, body, errorCode: decideFailure(to, template, world), statusCallback, mediaUrls, more }
}

function decideFailure(to: string, template: Template | undefined, { sandbox, nowMs, lastInboundMs }: World): number | null {
  const closesMs = windowClosesMs(lastInboundMs(to))
  const isOpen = closesMs !== undefined && nowMs <= closesMs
  const contentSid = isOpen ? undefined : template?.sid
  const refused = sandbox && decideSandbox({ nowMs, joinedMs: sandbox.joinedMs(to), previousMs: sandbox.previousMs, contentSid })
  if (refused) return refused
  if (template) return templateFailure(template, isOpen)
  return isOpen ? null : 63016
}

function templateText(template: Template, variables: string | undefined): string {
  const text = renderTemplate(template, variables)
  // https://www.twilio.com/docs/api/errors/63021: WhatsApp's limit for the text of a template.
  if ([...text].length > LONGEST_TEMPLATE) throw new TwilioError(400, 63021, 'Channel invalid content error')
  return text
}

function freeText(body: string | undefined, mediaUrls: string[]): string {
  if (!body && mediaUrls.length === 0) throw new TwilioError(400, 21602, 'Message body is required.')
  if (body && [...body].length > LONGEST_BODY)
    throw new TwilioError(400, 21617, 'The concatenated message body exceeds the 1600 character limit')
  return body ?? ''
}

function decideAddresses(form: MessageForm, sender: string, serviceSid: string | undefined): { to: string; from: string } {
  const to = single(form.To)
  const from = single(form.From) || (serviceSid ? sender : undefined)
  if (!to) throw new TwilioError(400, 21604, "A 'To' phone number is required.")
  if (!from) throw new TwilioError(400, 21603, "A 'From' or 'MessagingServiceSid' parameter is required to send a message.")
  if (!E164.test(to)) throw new TwilioError(400, 21211, `Invalid 'To' Phone Number: ${to.replace(WHATSAPP, '')}`)
  if (WHATSAPP.test(to) !== WHATSAPP.test(from))
    throw new TwilioError(400, 21910, 'Invalid From and To pair. From and To should be of the same channel')
  // https://www.twilio.com/docs/api/errors/63031
  if (to === from) throw new TwilioError(400, 63031, 'Channel message cannot have same From and To')
  if (from === sender) return { to, from }
  if (WHATSAPP.test(from)) throw new TwilioError(400, 63007, 'Twilio could not find a Channel with the specified From address')
  throw new TwilioError(
    400,
    21606,
    `The 'From' phone number provided (${from}) is not a valid message-capable Twilio phone number for this destination.`,
  )
}

function readService(sid: string | undefined): string | undefined {
  if (!sid) return undefined
  // https://www.twilio.com/docs/api/errors/21705
  if (sid !== MESSAGING_SERVICE_SID) throw new TwilioError(400, 21705, 'The Messaging Service Sid is invalid')
  return sid
}

function readMedia(given: string | string[] | undefined): string[] {
  const urls = [given ?? []].flat()
  // https://www.twilio.com/docs/api/errors/21620 and 21623
  if (urls.length > MOST_MEDIA) throw new TwilioError(400, 21623, 'Number of media files exceeds allowed limit')
  if (urls.some((url) => !isHttp(url))) throw new TwilioError(400, 21620, 'Invalid media URL(s)')
  return urls
}

function readSchedule(form: MessageForm, serviceSid: string | undefined, nowMs: number): MessageDetail {
  const sendAt = single(form.SendAt)
  const type = single(form.ScheduleType)
  if (!sendAt && !type) return {}
  if (type !== 'fixed') throw new TwilioError(400, 35114, 'Missing ScheduleType parameter to schedule a message')
  if (!serviceSid) throw new TwilioError(400, 35118, 'MessagingServiceSid is required to schedule a message')
  const queuedMs = Date.parse(sendAt ?? '') - nowMs
  if (!(queuedMs >= SCHEDULE_MS.min && queuedMs <= SCHEDULE_MS.max))
    throw new TwilioError(400, 35111, 'SendAt time must be between 300 seconds and 35 days (3024000 seconds) in the future')
  return { queuedMs, scheduled: true }
}

function readCallback(url: string | undefined): string | undefined {
  if (!url) return undefined
  // https://www.twilio.com/docs/api/errors/21609
  if (!isHttp(url)) throw new TwilioError(400, 21609, "The 'StatusCallback' URL is not a valid URL.")
  return url
}

function isHttp(url: string): boolean {
  return URL.canParse(url) && /^https?:/.test(url)
}

function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.at(-1) : value
}
