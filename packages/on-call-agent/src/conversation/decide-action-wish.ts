/** What a person's message says about a proposed action, as read by code; a model has no part in it. */
export type ActionWish =
  | { kind: 'approve'; code: string; action?: string }
  | { kind: 'deny'; code: string | undefined; reason: string | undefined; action?: string }
  /** It asks for the proposals that wait, or leaves out the code. */
  | { kind: 'ask' }
  /** It speaks of approving, and is no plain approval. */
  | { kind: 'unclear' }
  | { kind: 'none' }

const POLITE = '(?:(?:yes|yep|ok|okay|sure|please|hi|hello|go ahead(?: and)?|i|we|ja|bitte|si|por favor)[\\s,.!]+){0,3}'
const APPROVE = new RegExp(
  `^${POLITE}(?:approved?|genehmigt|aprobado)[\\s:#]+(?:(?<action>a\\d{1,9})[\\s:#]+)?(?<code>\\d{4})[\\s,.!]*(?:please|thanks|thank you|now|it|bitte)?[\\s.!]*$`,
  'iu',
)
const DENY =
  /^(?:no[\s,.!]+)?(?:deny|denied|reject|rejected|ablehnen|abgelehnt|rechazado)(?:[\s:#]+(?<action>a\d{1,9})\b)?(?:[\s:#]+(?<code>\d{4})\b)?(?:[\s,.:;!-]+(?<reason>.{1,500}))?$/isu
/** Whoever got a message that was cut asks for it so. */
const ASK = /^(?:please )?(?:approve|approve it|proposals?|what do you propose)[\s.!?]*$/i
const SPEAKS_OF_IT = /\bapprov(?:e|ed|al)\b/i

const named = (action: string | undefined) => (action === undefined ? {} : { action: action.toUpperCase() })

/** `approve 4821` and nothing that makes it less than that: no "not", no question, no condition. `deny 4821 too risky`, or `deny` alone. */
export function decideActionWish(text: string): ActionWish {
  const flat = text
    .replace(/[*_~`"“”']/g, '')
    .replace(/\s+/g, ' ')
    .trim()
  const approved = APPROVE.exec(flat)?.groups
  if (approved?.code !== undefined) return { kind: 'approve', code: approved.code, ...named(approved.action) }
  if (ASK.test(flat)) return { kind: 'ask' }
  const denied = DENY.exec(flat)?.groups
  if (denied) return { kind: 'deny', code: denied.code, reason: denied.reason?.trim() || undefined, ...named(denied.action) }
  return SPEAKS_OF_IT.test(flat) && /\b(?:\d{4}|a\d{1,9})\b/i.test(flat) ? { kind: 'unclear' } : { kind: 'none' }
}
