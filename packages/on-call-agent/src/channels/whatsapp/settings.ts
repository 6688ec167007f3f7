import { STAND_IN_CREDENTIALS as STAND_IN } from '@oncall-lab/stand-ins/api'
import { type Static, Type } from 'typebox'
import type { ConnectorFacts } from '../../api.ts'
import { allOrNone, OptionalText, PUBLIC_URL, STAND_INS_URL } from '../../connector.ts'
import type { TwilioSettings } from './client.ts'
import { TWILIO_STATUS_WEBHOOK } from './status-webhook.ts'

/** What an address looks like, in words. */
export const ADDRESS_FORM = 'whatsapp: and a number with its country code, such as whatsapp:+14155238886'

/** `+1 (415) 523-8886` and `whatsapp:+14155238886` as Twilio wants it; undefined for what is no number. */
export function readWhatsappAddress(text: string): string | undefined {
  const number = text
    .trim()
    .replace(/^whatsapp:/i, '')
    .replace(/[\s().-]/g, '')
  return /^\+[1-9]\d{6,14}$/.test(number) ? `whatsapp:${number}` : undefined
}

const PhoneNumber = Type.Optional(
  Type.String({
    pattern: '^whatsapp:\\+[1-9]\\d{6,14}$',
    description: ADDRESS_FORM,
    accept: (text: string) => readWhatsappAddress(text) ?? text,
  }),
)

/** Which Twilio account sends, and who is on call; without them the stand-in. */
export const whatsappSettings = {
  TWILIO_ACCOUNT_SID: Type.Optional(
    Type.String({
      pattern: '^AC[0-9a-fA-F]{32}$',
      description: 'AC and 32 hexadecimal digits, as on the first page of the Twilio console',
    }),
  ),
  TWILIO_AUTH_TOKEN: OptionalText,
  TWILIO_WHATSAPP_NUMBER: PhoneNumber,
  /** The approved template for whoever has not written for 24 hours. */
  TWILIO_PAGE_TEMPLATE: Type.Optional(
    Type.String({
      pattern: '^HX[0-9a-fA-F]{32}$',
      description: 'HX and 32 hexadecimal digits, as in the Content Template Builder of the Twilio console',
    }),
  ),
  USER_WHATSAPP_NUMBER: PhoneNumber,
  PUBLIC_URL,
  STAND_INS_URL,
}
const Settings = Type.Object(whatsappSettings)

/** Twilio's sandbox, which carries one message in three seconds. https://www.twilio.com/docs/whatsapp/sandbox */
const SANDBOX_NUMBER = 'whatsapp:+14155238886'
const SANDBOX_PACE_MS = 3_100

const isLoopback = (url: string) => /^(localhost|127(?:\.\d+){3}|\[::1\])$/.test(new URL(url).hostname)

/** What the WhatsApp channel is built from. */
export interface WhatsappChoice {
  settings: TwilioSettings
  personOnCall: string
  about: ConnectorFacts
}

/** Twilio where its variables are set, else its stand-in. @throws ConfigError */
export function chooseTwilio(config: Static<typeof Settings>): WhatsappChoice {
  const { TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, TWILIO_WHATSAPP_NUMBER, USER_WHATSAPP_NUMBER, STAND_INS_URL: standIns } = config
  const given = allOrNone('Twilio', { TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, TWILIO_WHATSAPP_NUMBER, USER_WHATSAPP_NUMBER })
  const real = given?.TWILIO_ACCOUNT_SID === STAND_IN.twilioAccountSid ? undefined : given
  const settings: TwilioSettings = {
    baseUrl: real ? undefined : `${standIns}/twilio`,
    accountSid: real?.TWILIO_ACCOUNT_SID ?? STAND_IN.twilioAccountSid,
    authToken: real?.TWILIO_AUTH_TOKEN ?? STAND_IN.twilioAuthToken,
    from: real?.TWILIO_WHATSAPP_NUMBER ?? STAND_IN.twilioWhatsappNumber,
    pageTemplate: config.TWILIO_PAGE_TEMPLATE ?? (real ? undefined : STAND_IN.twilioPageTemplate),
    // Twilio refuses an address that only this machine knows (21609); then the agent asks.
    statusCallback: real && isLoopback(config.PUBLIC_URL) ? undefined : `${config.PUBLIC_URL}${TWILIO_STATUS_WEBHOOK}`,
    paceMs: real?.TWILIO_WHATSAPP_NUMBER === SANDBOX_NUMBER ? SANDBOX_PACE_MS : 0,
  }
  const personOnCall = real?.USER_WHATSAPP_NUMBER ?? STAND_IN.userWhatsappNumber
  return {
    settings,
    personOnCall,
    about: {
      id: 'whatsapp',
      name: 'WhatsApp',
      kind: real ? 'real' : 'stand_in',
      address: settings.baseUrl ?? 'https://api.twilio.com',
      detail: `from ${settings.from} to ${personOnCall}${settings.pageTemplate ? '' : ', without a template for whoever has not written for 24 hours'}`,
      variable: 'TWILIO_ACCOUNT_SID',
    },
  }
}
