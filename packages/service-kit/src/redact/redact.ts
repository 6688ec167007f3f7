import { redactKeyValues } from './key-values.ts'
import { redactPersonalData } from './personal-data.ts'
import { literally, redactTokens } from './token-pattern.ts'
import { redactWrapped } from './wrapped.ts'

/** Takes credentials and personal data out of a text. JSON stays JSON, a second time changes nothing, and the time is linear in the text's length. */
export type Redact = (text: string) => string

/** A shorter value would cut ordinary words. */
const SHORTEST_SECRET = 6

/** No text of ours is longer; what is longer is cut first, so that nothing from outside costs more than this. */
const LONGEST_TEXT = 131_072
/** Longer than any token. */
const EDGE = 512

/**
 * Redaction by rules, and of our own secrets exactly, also where they are encoded as base64 or for a URL.
 * `contacts` (`+…`, mail addresses) are people who must be named.
 */
export function createRedact({ secrets = [], contacts = [] }: { secrets?: string[]; contacts?: string[] } = {}): Redact {
  const own = ownPattern(secrets)
  const named = new Set(contacts.map((contact) => contact.replace(/^(?:whatsapp|mailto|tel):/, '')))
  const plainly = (text: string) => {
    const withoutOwn = own ? text.replace(own, '[redacted]') : text
    return redactPersonalData(redactKeyValues(redactTokens(withoutOwn)), named)
  }
  // Half of a character and NUL: a database keeps neither, and PostgreSQL refuses the whole statement.
  const whole = (text: string) => redactWrapped(plainly(text.toWellFormed().replaceAll('\0', '\uFFFD')), plainly)
  const known = rememberShort(whole)
  return (text) => {
    if (text.length <= LONGEST_REMEMBERED) return known(text)
    if (text.length <= LONGEST_TEXT) return whole(text)
    // Longer than any token: what is cut through does not leave in part.
    const kept = text.slice(0, LONGEST_TEXT - EDGE) + text.slice(LONGEST_TEXT - EDGE, LONGEST_TEXT).replace(/(?<![^\s"',;])[^\s"',;]*$/, '')
    return `${whole(kept)} [${text.length - kept.length} characters were cut]`
  }
}

/** The same names, words and times come in thousands of alerts. */
const LONGEST_REMEMBERED = 200
const REMEMBERED = 2_000

/** The same as the given redaction. What was asked for lately is remembered: two generations, so that old texts go without a list of their uses. */
function rememberShort(redact: Redact): Redact {
  let young = new Map<string, string>()
  let old = new Map<string, string>()
  return (text) => {
    const fresh = young.get(text)
    if (fresh !== undefined) return fresh
    const clean = old.get(text) ?? redact(text)
    if (young.size >= REMEMBERED) {
      old = young
      young = new Map()
    }
    young.set(text, clean)
    return clean
  }
}

/** Redaction by rules alone, for what has no configuration. */
export const redact: Redact = createRedact()

function ownPattern(secrets: string[]): RegExp | undefined {
  const forms = new Set(secrets.filter((secret) => secret.length >= SHORTEST_SECRET).flatMap(encodings))
  if (forms.size === 0) return undefined
  const longestFirst = [...forms].sort((a, b) => b.length - a.length)
  return new RegExp(longestFirst.map(literally).join('|'), 'g')
}

function encodings(secret: string): string[] {
  const url = encodeURIComponent(secret)
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    url,
    url.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
    url.replaceAll('%20', '+'),
    Buffer.from(secret).toString('hex'),
    ...base64Forms(secret),
  ]
}

/** What base64 makes of the secret within a longer text: it may begin at each of three bits, and its edges depend on its neighbours. */
function base64Forms(secret: string): string[] {
  return [0, 1, 2].flatMap((before) => {
    const text = Buffer.concat([Buffer.alloc(before), Buffer.from(secret)])
    const from = Math.ceil((before * 8) / 6)
    const end = Math.floor((text.length * 8) / 6)
    return (['base64', 'base64url'] as const)
      .map((form) => text.toString(form).slice(from, end))
      .filter(({ length }) => length >= SHORTEST_SECRET)
  })
}
