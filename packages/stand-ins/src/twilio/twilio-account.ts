/** The one account that the stand-in of Twilio knows. */
export interface TwilioAccount {
  accountSid: string
  authToken: string
  /** The account's WhatsApp sender, `whatsapp:+…`. */
  sender: string
  /** The person on call. */
  user: string
  /** Where messages that arrive are posted; the signature covers exactly this text. */
  webhookUrl: string
  /** The sender is Twilio's WhatsApp sandbox, with its own rules, see sandbox.ts. */
  sandbox?: boolean
}

/** The account's one API key, an alternative to the auth token (https://www.twilio.com/docs/iam/api-keys). */
export const API_KEY = { sid: 'SK00000000000000000000000000000001', secret: '00000000000000000000000000000002' } as const

/** The account's one messaging service; its only sender is the account's. */
export const MESSAGING_SERVICE_SID = 'MG00000000000000000000000000000001'
