/**
 * Countries whose mobile numbers WhatsApp knows in two forms: an account keeps the one under which it was made, and a reply comes from that one.
 * Each takes the extra digits out. https://www.twilio.com/docs/whatsapp/api#whatsapp-number-formats (Brazil, Mexico, Argentina)
 */
const TWO_FORMS: [form: RegExp, short: string][] = [
  // Brazil: a ninth digit before mobile numbers since 2012 to 2016.
  [/^\+55(\d{2})9([6-9]\d{7})$/, '+55$1$2'],
  // Mexico: a 1 before mobile numbers until 2019.
  [/^\+521(\d{10})$/, '+52$1'],
  // Argentina: a 9 before mobile numbers that are called from abroad.
  [/^\+549(\d{10})$/, '+54$1'],
  // Benin: 01 before all numbers since November 2024.
  [/^\+22901(\d{8})$/, '+229$1'],
]

/** True when two WhatsApp addresses are of one phone. */
export function isSameNumber(a: string, b: string): boolean {
  return shortest(a) === shortest(b)
}

function shortest(address: string): string {
  const number = address.trim().replace(/^whatsapp:/i, '')
  return TWO_FORMS.reduce((rest, [form, short]) => rest.replace(form, short), number)
}
