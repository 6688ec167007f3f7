const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

/** The texts of the `<Message>` verbs of a TwiML answer, in order (https://www.twilio.com/docs/messaging/twiml/message); empty for anything else. */
export function messagesOfTwiml(xml: string): string[] {
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
