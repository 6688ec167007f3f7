import { dictionary } from '@oncall-lab/service-kit/dictionary'

const ENTITIES = dictionary<string>({ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" })

/** The content types under which Twilio takes TwiML (https://www.twilio.com/docs/api/errors/12300). */
const TWIML_TYPES = ['text/xml', 'application/xml', 'text/html']

/**
 * The texts of the `<Message>` verbs of a TwiML answer, in order (https://www.twilio.com/docs/messaging/twiml/message); a plain text is one message.
 * Undefined for another content type, Twilio's warning 12300; an empty answer needs none.
 */
export function messagesOfTwiml(xml: string, contentType: string): string[] | undefined {
  if (xml.trim() === '') return []
  const type = contentType.split(';', 1)[0]?.trim().toLowerCase() ?? ''
  if (type === 'text/plain') return [xml.trim()]
  if (!TWIML_TYPES.includes(type)) return undefined
  if (!/<Response[\s>/]/.test(xml)) return []
  return [...xml.matchAll(/<Message(?:\s[^>]*)?>([\s\S]*?)<\/Message>/g)]
    .map(([, inner = '']) => /<Body(?:\s[^>]*)?>([\s\S]*?)<\/Body>/.exec(inner)?.[1] ?? inner)
    .map((text) => unescapeXml(text.replaceAll(/<!\[CDATA\[([\s\S]*?)\]\]>/g, (_all, raw: string) => raw.replaceAll('&', '&amp;'))).trim())
    .filter((text) => text !== '')
}

function unescapeXml(text: string): string {
  return text.replaceAll(/&(#x[\da-f]{1,6}|#\d{1,7}|\w+);/gi, (whole, name: string) => {
    if (!name.startsWith('#')) return ENTITIES[name] ?? whole
    const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number.parseInt(name.slice(1), 10)
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole
  })
}
