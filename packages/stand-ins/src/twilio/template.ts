import { TwilioError } from './twilio-error.ts'

/** The one approved template of the stand-in's account, documented in `.env.example`: an incident page that needs no open window. */
export const INCIDENT_TEMPLATE = {
  sid: 'HX00000000000000000000000000000001',
  body: 'Incident on {{1}}: {{2}} Reply to this message for the diagnosis.',
} as const

const VARIABLE = /\{\{(\w+)\}\}/g

/**
 * The text of a template with its variables filled in.
 * @throws TwilioError 404/20404 for an unknown `ContentSid`; 400/21656 where the variables are not a JSON object with a non-empty text for
 *   each placeholder (https://www.twilio.com/docs/api/errors/21656; WhatsApp refuses line breaks, tabs and runs of spaces in them).
 */
export function renderTemplate(contentSid: string, contentVariables: string | undefined): string {
  if (contentSid !== INCIDENT_TEMPLATE.sid)
    throw new TwilioError(404, 20404, `The requested resource /v1/Content/${contentSid} was not found`)
  const values = readVariables(contentVariables ?? '{}')
  return INCIDENT_TEMPLATE.body.replaceAll(VARIABLE, (_all, name: string) => {
    const value = values[name]
    if (typeof value !== 'string' || value.trim() === '' || /[\n\r\t]| {5,}/.test(value)) throw invalidVariables()
    return value
  })
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
