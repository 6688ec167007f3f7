import type { Incident } from '../../api.ts'
import { oneLine } from '../outgoing-text.ts'
import { shorten } from '../shorten.ts'

/** How a message goes out. */
export type FormDecision =
  | { kind: 'text'; reason: 'window_open' | 'no_template' }
  | { kind: 'template'; contentSid: string; reason: 'window_closed' }

/** A minute less than WhatsApp's own: the message has to get there before it closes. */
const WINDOW_MS = 24 * 3_600_000 - 60_000

interface Situation {
  /** When the person's newest message came; undefined when none ever did. */
  lastHeardMs: number | undefined
  /** When WhatsApp last refused free text to them (63016). */
  refusedMs: number | undefined
  nowMs: number
  /** The approved template of pages. */
  template: string | undefined
}

/**
 * Free text reaches a person for 24 hours after their newest message, an approved template always.
 * https://www.twilio.com/docs/whatsapp/key-concepts#the-24-hour-window
 */
export function decideForm({ lastHeardMs, refusedMs, nowMs, template }: Situation): FormDecision {
  const isOpen = lastHeardMs !== undefined && nowMs - lastHeardMs < WINDOW_MS && (refusedMs === undefined || refusedMs < lastHeardMs)
  if (isOpen) return { kind: 'text', reason: 'window_open' }
  return template === undefined
    ? { kind: 'text', reason: 'no_template' }
    : { kind: 'template', contentSid: template, reason: 'window_closed' }
}

/** A template holds 1,024 characters with its own words; so many are left to our two variables together. */
const VARIABLE_CHARS = 800
const SERVICE_CHARS = 60

/**
 * The variables of the template: 1 is the service, 2 the first two lines of the message. WhatsApp refuses line breaks, tabs, runs of blanks and
 * empty variables (21656). `mark` ends the text.
 */
export function templateVariables(body: string, incident: Pick<Incident, 'service'> | undefined, mark: string): string {
  const text = body
    .split('\n')
    .slice(0, 2)
    .map((line) => line.replace(/[\s\u2028\u2029\u0085]+/gu, ' ').trim())
    .filter((line) => line !== '')
    .join(' ')
  const service = oneLine(incident?.service ?? '', SERVICE_CHARS) || 'your systems'
  return JSON.stringify({ 1: service, 2: shorten(text || 'see the console', VARIABLE_CHARS - SERVICE_CHARS - mark.length) + mark })
}
