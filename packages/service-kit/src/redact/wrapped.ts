/** Printable text of at least twelve bytes: the first character of each four encodes a byte below 128 only if it is one of these. */
const BASE64 = /(?<![A-Za-z0-9+/_-])(?:[A-Za-f][A-Za-z0-9+/_-]{3}){4}[A-Za-z0-9+/_-]*={0,2}/g
const PRINTABLE = /^[\t\n\r -~]*$/
const PERCENT = 37

/** A part of a text, and what is encoded in it. */
interface Wrapping {
  from: number
  end: number
  inside: string
}

/** Looks once into what is encoded as base64 or for a URL; what holds a secret is replaced. `redact` must not look into wrappings again. */
export function redactWrapped(text: string, redact: (text: string) => string): string {
  const withoutUrls = replaceInside(text, urlEncoded(text), redact, (clean) =>
    encodeURIComponent(clean).replace(/%5B(redacted[a-zA-Z%0-9.-]*?)%5D/g, (_all, kind: string) => `[${kind.replaceAll('%20', ' ')}]`),
  )
  return replaceInside(withoutUrls, base64(withoutUrls), redact, () => '[redacted base64]')
}

/** All of them in one go, a NUL between each: thousands of small ones would cost more than their length. */
function replaceInside(text: string, found: Wrapping[], redact: (text: string) => string, wrap: (clean: string) => string): string {
  if (found.length === 0) return text
  const joined = found.map(({ inside }) => inside).join('\0')
  const redacted = redact(joined)
  if (redacted === joined) return text
  const parts = redacted.split('\0')
  let clean = ''
  let done = 0
  for (const [i, { from, end, inside }] of found.entries()) {
    const part = parts[i] ?? ''
    if (part === inside) continue
    clean += text.slice(done, from) + wrap(part)
    done = end
  }
  return clean + text.slice(done)
}

function base64(text: string): Wrapping[] {
  return [...text.matchAll(BASE64)].flatMap((match) => {
    const inside = Buffer.from(match[0], 'base64').toString('latin1')
    return PRINTABLE.test(inside) ? [{ from: match.index, end: match.index + match[0].length, inside }] : []
  })
}

/** Goes from one percent sign to the next, and takes the whole run around it at once. */
function urlEncoded(text: string): Wrapping[] {
  const found: Wrapping[] = []
  let done = 0
  for (let at = text.indexOf('%'); at !== -1; at = text.indexOf('%', done)) {
    let from = at
    done = at + 1
    while (from > 0 && isUrlCharacter(text.charCodeAt(from - 1)) && from > (found.at(-1)?.end ?? 0)) from -= 1
    while (done < text.length && isUrlCharacter(text.charCodeAt(done))) done += 1
    if (done - from < 12) continue
    const inside = decode(text.slice(from, done))
    if (inside !== undefined) found.push({ from, end: done, inside })
  }
  return found
}

/** Letters, digits, `% ! ' ( ) * + - . _ ~`: what an encoded component is made of. */
function isUrlCharacter(code: number): boolean {
  return (
    (code >= 97 && code <= 122) ||
    (code >= 48 && code <= 57) ||
    (code >= 65 && code <= 90) ||
    code === PERCENT ||
    code === 33 ||
    (code >= 39 && code <= 43) ||
    code === 45 ||
    code === 46 ||
    code === 95 ||
    code === 126
  )
}

function decode(text: string): string | undefined {
  if (!/%[0-9A-Fa-f]{2}/.test(text)) return undefined
  try {
    return decodeURIComponent(text).replaceAll('\0', ' ')
  } catch {
    return undefined // A percent sign that encodes nothing.
  }
}
