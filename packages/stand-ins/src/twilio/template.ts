import { STAND_IN_CREDENTIALS } from '../api.ts'
import { TwilioError } from './twilio-error.ts'

/** WhatsApp's verdict on a template (https://www.twilio.com/docs/content/send-templates-created-with-the-content-template-builder). */
type Approval = 'approved' | 'pending' | 'rejected' | 'paused'

/** A content template of the account. */
export interface Template {
  /** `HX` and 32 hexadecimal digits. */
  sid: string
  name: string
  body: string
  approval: Approval
  /** The texts of quick-reply buttons. */
  buttons: readonly string[]
}

/** The approved template, documented in `.env.example`: an incident page that needs no open window. */
export const INCIDENT_TEMPLATE = {
  sid: STAND_IN_CREDENTIALS.twilioPageTemplate,
  name: 'incident_page',
  body: 'Incident on {{1}}: {{2}} Reply to this message for the diagnosis.',
  approval: 'approved',
  buttons: ['Why?', 'Acknowledge'],
} as const satisfies Template

/** The appointment reminder that every sandbox has approved (https://www.twilio.com/docs/whatsapp/sandbox). */
export const SANDBOX_TEMPLATE = {
  sid: 'HXb5b62575e6e4ff6129ad7c8efe1f983e',
  name: 'sandbox_appointment',
  body: 'Your appointment is coming up on {{1}} at {{2}}. If you need to change it, please reply back and let us know.',
  approval: 'approved',
  buttons: [],
} as const satisfies Template

const unapproved = (end: number, approval: Approval): Template => ({
  sid: `HX${String(end).padStart(32, '0')}`,
  name: `incident_${approval}`,
  body: 'Incident on {{1}}.',
  approval,
  buttons: [],
})

/** All templates of the account. */
export const TEMPLATES: readonly Template[] = [
  INCIDENT_TEMPLATE,
  SANDBOX_TEMPLATE,
  unapproved(2, 'pending'),
  unapproved(3, 'rejected'),
  unapproved(4, 'paused'),
]

const VARIABLE = /\{\{(\w+)\}\}/g

/**
 * The template that a create call names.
 * @throws TwilioError 400/21655 for one that is not there or no SID (https://www.twilio.com/docs/api/errors/21655).
 */
export function findTemplate(contentSid: string): Template {
  const found = TEMPLATES.find(({ sid }) => sid === contentSid)
  if (!found) throw new TwilioError(400, 21655, 'The ContentSid is Invalid.')
  return found
}

/**
 * The text of a template with its variables filled in.
 * @throws TwilioError 400/21656 where the variables are not a JSON object with a non-empty text for each placeholder
 *   (https://www.twilio.com/docs/api/errors/21656; WhatsApp refuses line breaks, tabs and runs of spaces in them).
 */
export function renderTemplate({ body }: Template, contentVariables: string | undefined): string {
  const values = readVariables(contentVariables ?? '{}')
  return body.replaceAll(VARIABLE, (_all, name: string) => {
    const value = values[name]
    if (typeof value !== 'string' || value.trim() === '' || /[\n\r\t]| {5,}/.test(value)) throw invalidVariables()
    return value
  })
}

/** Why WhatsApp does not deliver a template outside the window; null when it does (https://www.twilio.com/docs/api/errors/63040, 63041). */
export function templateFailure({ approval }: Template, isOpen: boolean): number | null {
  if (approval === 'rejected') return 63040
  if (approval === 'paused') return 63041
  return approval === 'approved' || isOpen ? null : 63016
}

function readVariables(json: string): Record<string, unknown> {
  let values: unknown
  try {
    values = JSON.parse(json)
  } catch {
    throw invalidVariables()
  }
  if (typeof values !== 'object' || values === null || Array.isArray(values)) throw invalidVariables()
  return values as Record<string, unknown> // An object that is no array.
}

function invalidVariables(): TwilioError {
  return new TwilioError(400, 21656, 'The Content Variables parameter is invalid.')
}
