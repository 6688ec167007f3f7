/** Addresses of roles, which belong to nobody. */
const ROLES =
  /^(?:git|root|postgres|admin|administrator|no-?reply|support|info|ops|oncall|on-call|alerts?|postmaster|hostmaster|webmaster|security|user|test|example)$/i
const DOMAIN = /(?:[A-Za-z0-9-]{1,63}\.){1,6}[A-Za-z]{2,24}(?![A-Za-z0-9])/y
const LONGEST_LOCAL_PART = 64

/** From 8 to 15 digits after a plus (E.164); an address of WhatsApp is that of a contact. */
const PHONE = /\+(?<!(?:[\w+.]|whatsapp:).)[1-9](?:[ ()-]{0,2}\d){7,14}(?![\w-]|\.\d)/g
/** Begins where no digits go on. */
const CARD = /[2-6](?<!(?:\d[ -]?|[\w.+]).)\d{3}(?:[ -]?\d{2,6}){2,4}(?![\w-]|\.\d)/g
const IBAN = /\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b/g
const SOCIAL_SECURITY = /\d(?<![\w.-].)\d\d(?<!000|666|9..)-(?!00)\d{2}-(?!0000)\d{4}(?![\w-])/g

/**
 * Replaces what belongs to a person: the name in a mail address (its domain may tell whose customers are concerned), phone numbers, payment cards,
 * bank accounts, social security numbers. `contacts` are the people on call, who must be named. Addresses of machines stay: an on-call needs them.
 */
export function redactPersonalData(text: string, contacts: ReadonlySet<string>): string {
  return redactMailAddresses(text, contacts)
    .replace(PHONE, (found) => (contacts.has(found.replace(/[^\d+]/g, '')) ? found : '[redacted phone number]'))
    .replace(CARD, (found) => (isCard(found.replace(/\D/g, '')) ? '[redacted card number]' : found))
    .replace(IBAN, (found) => (isIban(found.replaceAll(' ', '')) ? '[redacted account number]' : found))
    .replace(SOCIAL_SECURITY, '[redacted social security number]')
}

/** Goes from one @ to the next, so that a long word costs nothing. */
function redactMailAddresses(text: string, contacts: ReadonlySet<string>): string {
  let clean = ''
  let done = 0
  for (let at = text.indexOf('@'); at !== -1; at = text.indexOf('@', at + 1)) {
    let from = at
    while (from > done && at - from < LONGEST_LOCAL_PART && isLocalPart(text.charCodeAt(from - 1))) from -= 1
    // The letter of an escape belongs to the backslash before it.
    if (text[from - 1] === '\\') from += 1
    if (from >= at) continue
    DOMAIN.lastIndex = at + 1
    const domain = DOMAIN.exec(text)?.[0]
    const local = text.slice(from, at)
    if (domain === undefined || ROLES.test(local) || contacts.has(`${local}@${domain}`)) continue
    clean += `${text.slice(done, from)}[redacted]`
    done = at
  }
  return done === 0 ? text : clean + text.slice(done)
}

/** Letters, digits, `% + - . _`. */
function isLocalPart(code: number): boolean {
  const isLetter = (code >= 97 && code <= 122) || (code >= 65 && code <= 90)
  return isLetter || (code >= 48 && code <= 57) || code === 37 || code === 43 || code === 45 || code === 46 || code === 95
}

/** The brands' beginnings and lengths, and the check digit (Luhn; ISO/IEC 7812-1). */
function isCard(digits: string): boolean {
  if (!/^(?:4(?:\d{12}|\d{15}|\d{18})|5[1-5]\d{14}|2[2-7]\d{14}|3[47]\d{13}|3[068]\d{12}|35\d{14}|6(?:011|4|5)\d{12,13})$/.test(digits))
    return false
  let sum = 0
  for (let i = 0; i < digits.length; i += 1) {
    const digit = Number(digits[digits.length - 1 - i]) * (i % 2 === 0 ? 1 : 2)
    sum += digit > 9 ? digit - 9 : digit
  }
  return sum % 10 === 0
}

/** The remainder modulo 97 (ISO 13616). */
function isIban(text: string): boolean {
  let remainder = 0
  for (const char of `${text.slice(4)}${text.slice(0, 4)}`) {
    const value = Number.parseInt(char, 36)
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97
  }
  return remainder === 1
}
