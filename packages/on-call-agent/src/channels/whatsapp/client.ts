import { describeError } from '@oncall-lab/service-kit/errors'
import { claimOfStatus, claimWithoutAnswer } from '@oncall-lab/service-kit/failed-call'
import twilio from 'twilio'
import type RequestClient from 'twilio/lib/base/RequestClient.js'
import { DeliveryError, type Messenger, type OutgoingMessage, type VendorReport } from '../channel.ts'
import { MESSAGE_CHARS } from '../page.ts'
import { shorten } from '../shorten.ts'
import { decideForm, templateVariables } from './decide-form.ts'
import { createPace } from './pace.ts'
import { readStatus } from './undelivered.ts'

/** Which Twilio account and sender; from the configuration. */
export interface TwilioSettings {
  /** Another address than Twilio's own: the stand-in's. */
  baseUrl: string | undefined
  accountSid: string
  authToken: string
  /** `whatsapp:+…` */
  from: string
  /** The approved template for whoever has not written for 24 hours; `HX…`. */
  pageTemplate?: string | undefined
  /** Where Twilio reports what becomes of each message; without it the agent asks. */
  statusCallback?: string | undefined
  /** The shortest time between two messages of this sender. */
  paceMs?: number
  /** How long one call may take. */
  timeoutMs?: number
}

/** What the channel needs of Twilio. */
interface TwilioMessenger extends Required<Messenger> {
  /** What a status callback means; it also learns from it that a window is closed. */
  readReport(callback: { to: string; status: string; errorCode: string | undefined }): VendorReport | undefined
}

/** WhatsApp through Twilio. https://www.twilio.com/docs/messaging/api/message-resource */
export function createTwilioMessenger({
  baseUrl,
  accountSid,
  authToken,
  from,
  timeoutMs = 10_000,
  ...how
}: TwilioSettings): TwilioMessenger {
  const { pageTemplate: template, statusCallback, paceMs = 0 } = how
  const client = twilio(accountSid, authToken, { httpClient: new StrictHttp({ timeout: timeoutMs }) })
  if (baseUrl) client.api.baseUrl = baseUrl
  const pace = createPace(paceMs)
  /** When free text to a person was last refused. */
  const refused = new Map<string, number>()
  const readReport: TwilioMessenger['readReport'] = ({ to, status, errorCode }) => {
    if (errorCode === '63016') refused.set(to, Date.now())
    return readStatus(status, errorCode, template !== undefined)
  }
  return {
    readReport,
    async send({ to, incident, lastHeardAt, ...message }) {
      const form = decideForm({ lastHeardMs: lastHeardAt?.getTime(), refusedMs: refused.get(to), nowMs: Date.now(), template })
      const content =
        form.kind === 'template'
          ? { contentSid: form.contentSid, contentVariables: templateVariables(leadOf(message), incident, mark(message.reference)) }
          : { body: textOf(message) }
      return await pace(() =>
        asDeliveryError(async () => {
          const { sid: vendorId } = await client.messages.create({ from, to, ...content, ...(statusCallback && { statusCallback }) })
          if (typeof vendorId === 'string' && vendorId !== '') return { vendorId, ...(form.kind === 'template' && { form: form.kind }) }
          throw new UnreadableAnswer('Twilio accepted the message and did not say under which id')
        }),
      )
    },
    async statusOf({ to, vendorId }) {
      return await asDeliveryError(async () => {
        const { status, errorCode } = await client.messages(vendorId).fetch()
        return readReport({ to, status, errorCode: errorCode ? String(errorCode) : undefined })
      })
    },
    async find({ to, reference }) {
      return await asDeliveryError(async () => {
        // Newest first. No time is given, so that neither our clock nor Twilio's has a say.
        const messages = await client.messages.list({ to, from, limit: LISTED, pageSize: LISTED })
        return messages.find(({ body, sid }) => sid && body?.includes(mark(reference)))?.sid
      })
    },
  }
}

/** More than ever go out to one person while a message is uncertain. */
const LISTED = 500

const mark = (reference: string) => ` ·${reference}`

type Wording = Pick<OutgoingMessage, 'body' | 'reference' | 'repeat'>

const leadOf = ({ body, repeat }: Wording) => (repeat ? `(repeat) ${body}` : body)

/** The text with its reference at the end; one that is too long loses its end, never its reference. */
function textOf(message: Wording): string {
  return shorten(leadOf(message), MESSAGE_CHARS - mark(message.reference).length) + mark(message.reference)
}

/** A refusal with the headers, which the SDK's own error drops. */
class TwilioRefusal extends Error {
  readonly status: number
  readonly twilioCode: string
  readonly retryAfter: string | undefined

  constructor(status: number, body: unknown, headers: object) {
    const { code, message } = readRefusal(body)
    super(message ?? `HTTP ${status}`)
    this.status = status
    this.twilioCode = code ?? String(status)
    this.retryAfter = 'retry-after' in headers ? String(headers['retry-after']) : undefined
  }
}

class UnreadableAnswer extends Error {}

/** The SDK's transport, which throws what is no success before the SDK loses its headers. */
class StrictHttp extends twilio.RequestClient {
  override async request<Data>(options: RequestClient.RequestOptions<Data>) {
    const response = await super.request<Data>(options)
    if (response.statusCode >= 300) throw new TwilioRefusal(response.statusCode, response.body, response.headers ?? {})
    return response
  }
}

/** A proxy's page in the place of Twilio's JSON has no words for a person. */
function readRefusal(body: unknown): { code?: string; message?: string } {
  const value: unknown = typeof body === 'string' ? parse(body) : body
  if (typeof value !== 'object' || value === null) return {}
  return {
    ...('code' in value && typeof value.code === 'number' && { code: String(value.code) }),
    ...('message' in value && typeof value.message === 'string' && { message: value.message.slice(0, 300) }),
  }
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}

async function asDeliveryError<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (error) {
    if (error instanceof TwilioRefusal) {
      const { status, twilioCode: code, retryAfter } = error
      throw DeliveryError.of(`Twilio answered ${status} (${code}): ${error.message}`, {
        ...claimOfStatus(status, retryAfter),
        code,
        cause: error,
      })
    }
    const code = error instanceof UnreadableAnswer ? 'unreadable' : 'unreachable'
    throw DeliveryError.of(`Twilio gave no answer: ${describeError(error)}`, { ...claimWithoutAnswer(error), code, cause: error })
  }
}

/** True when Twilio signed this webhook. `url` is the public address that Twilio was given. https://www.twilio.com/docs/usage/security */
export function isSignedByTwilio({
  authToken,
  signature,
  url,
  params,
}: {
  authToken: string
  signature: string
  url: string
  params: Record<string, unknown>
}): boolean {
  return twilio.validateRequest(authToken, signature, url, params)
}
