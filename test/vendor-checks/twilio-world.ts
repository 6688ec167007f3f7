import { STAND_IN_CREDENTIALS as KNOWN } from '@oncall-lab/stand-ins/api'
import type { startWebhook } from '@oncall-lab/stand-ins/test-stand-ins'
import type { Call } from './check.ts'

export const FROM = KNOWN.twilioWhatsappNumber
export const TO = KNOWN.userWhatsappNumber
export const ACCOUNT = `/2010-04-01/Accounts/${KNOWN.twilioAccountSid}`
export const auth = (user: string, password: string) => ({ authorization: `Basic ${btoa(`${user}:${password}`)}` })

export interface World {
  call: Call
  phone: Call
  webhook: Awaited<ReturnType<typeof startWebhook>>
  ahead: (ms: number) => number
  /** An account whose sender is the sandbox. */
  trial: string
}

export const POST = `POST ${ACCOUNT}/Messages.json`
type Form = { form: Record<string, string> }
export const text = (more: Record<string, string> = {}): Form => ({ form: { From: FROM, To: TO, Body: 'x', ...more } })
