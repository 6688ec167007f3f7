import { TOKEN_RULES, type TokenRule } from './token-rules.ts'

/** A line break within a token, as text or as the escape of JSON, with the next line's indentation. */
const BREAK = '(?:(?:\\\\{1,7}r)?\\\\{1,7}n|\\r?\\n)[ \\t]{0,8}'
/** Not within a word; the escapes of a line break and a tab end in a letter. */
const WORD_START = '(?:(?<![A-Za-z0-9_-])|(?<=\\\\[nrt]))'
/** Looks back only where the beginning was found: far quicker than to look back everywhere. */
const atWordStart = (start: string) => `${start}(?<=${WORD_START}${start})`

/** Credentials whose own shape gives them away. No match reaches over a NUL, which stands between unwrapped texts. */
const SHAPES = [
  // Header, payload, signature: each is scanned once, from the start of a word.
  `${atWordStart('ey[A-Za-z0-9]')}[A-Za-z0-9_-]{10,}\\.(?:${BREAK})?[A-Za-z0-9_-]{4,}(?:\\.(?:${BREAK})?[A-Za-z0-9_-]*){0,3}`,
  // What has no end is a key all the same: the text was cut.
  '-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----(?:[^"\\0-]|-(?!----))*(?:-----END [A-Z0-9 ]{0,40}-----)?',
  'PuTTY-User-Key-File-\\d[^"\\0]*',
  'hooks\\.slack\\.com\\/(?:services|workflows|triggers)\\/[A-Za-z0-9_\\/+-]{20,}',
  'discord(?:app)?\\.com\\/api\\/webhooks\\/\\d{5,20}\\/[\\w-]{20,}',
  '\\.webhook\\.office\\.com\\/[A-Za-z0-9_\\/@-]{40,}',
  ':A(?<=\\d{8}:A)[A-Za-z0-9_-]{34}', // Telegram.
  'Q~(?<=\\dQ~)[\\w.~-]{31,34}', // Azure AD.
  '(?:\\||%7C)(?<=\\d{15}(?:\\||%7C))[\\w-]{27,40}', // Facebook.
  '_[A-Za-z0-9]{29}_mmk', // MaxMind.
  '\\b[0-9a-f]{32}-(?:us\\d{1,2}|[0-9a-f]{8}-[0-9a-f]{8})\\b', // Mailchimp, Mailgun.
  '\\bs\\.[A-Za-z0-9]{24,}', // Vault, before 1.10.
  '\\b00[A-Za-z0-9_-]{40}(?![A-Za-z0-9_-])', // Okta.
  '\\b[MNO][\\w-]{23,27}\\.[\\w-]{6}\\.[\\w-]{27,40}', // Discord.
]

/** A pattern of this text and nothing else. */
export const literally = (text: string) => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')
/**
 * So much of what begins as a weak token is looked at to tell whether it is one. In "t1.t1.t1.…" there is a beginning every three characters, and to read on
 * to the end from each would take quadratic time.
 */
const PROBED = 100
/** Up to `min` characters may be broken over lines, the rest is one run: one way to match, so no way back. */
const body = ({ body, min, weak }: TokenRule) => `(?:(?:${BREAK})?[${body}]){${min}}${weak ? '' : `[${body}]*`}`

/** All beginnings in one flat alternation, which the engine turns into a tree: quick over text that holds none. */
const ANY_START = new RegExp(
  TOKEN_RULES.flatMap((rule) => rule.starts)
    .sort((a, b) => (a < b ? 1 : -1))
    .map(literally)
    .join('|'),
  'g',
)
const RULES = new Map(
  TOKEN_RULES.flatMap((rule) =>
    rule.starts.map((start) => {
      const from = literally(start)
      return [
        start,
        {
          rule,
          pattern: new RegExp((rule.weak ? atWordStart(from) : from) + body(rule), 'y'),
          probe: new RegExp(`[${rule.body}]{0,${PROBED}}`, 'y'),
          rest: new RegExp(`[${rule.body}]*`, 'y'),
          more: continuation(rule),
        },
      ] as const
    }),
  ),
)
/** What goes on in the next line. */
function continuation(rule: TokenRule): RegExp | undefined {
  return rule.full === undefined ? undefined : new RegExp(`${BREAK}[${rule.body}]{3,}`, 'y')
}
const SHAPED = new RegExp(SHAPES.join('|'), 'g')

const nameOf = (found: string) => (found.startsWith('-----') ? '[redacted private key]' : '[redacted token]')

/** A line break that may stand within a token. */
const BROKEN = new RegExp(`(?<=[A-Za-z0-9_~./-])${BREAK}(?=[A-Za-z0-9_~./-])`, 'g')

/** All of them; then every second, so that the others still end what stands beside a token. */
const JOINED: ((i: number) => boolean)[] = [() => true, (i) => i % 2 === 0, (i) => i % 2 === 1, (i) => i % 2 === 0]

/** Replaces what has the shape of a token once some line breaks are taken out. */
function redactBroken(text: string, isJoined: (i: number) => boolean): string {
  const breaks = [...text.matchAll(BROKEN)].map(({ 0: { length }, index }) => ({ index, length })).filter((_, i) => isJoined(i))
  if (breaks.length === 0) return text
  let joined = ''
  let done = 0
  // Where each break was, in the joined text, and how many characters are missing from there on.
  const joints = breaks.map(({ index, length }) => {
    joined += text.slice(done, index)
    done = index + length
    return { at: joined.length, missing: done - joined.length }
  })
  joined += text.slice(done)
  let clean = ''
  let copied = 0
  let before = 0
  for (const match of joined.matchAll(SHAPED)) {
    const [from, end] = [match.index, match.index + match[0].length]
    while (before < joints.length && (joints[before]?.at ?? 0) <= from) before += 1
    let last = before
    while (last < joints.length && (joints[last]?.at ?? 0) < end) last += 1
    if (last === before) continue
    clean += text.slice(copied, from + (joints[before - 1]?.missing ?? 0)) + nameOf(match[0])
    copied = end + (joints[last - 1]?.missing ?? 0)
    before = last
  }
  return clean + text.slice(copied)
}

/** Replaces tokens that their beginning or their shape gives away. */
export function redactTokens(text: string): string {
  // Most texts are one line, and need none of the four looks.
  const whole = text.includes('\n') || text.includes('\\') ? JOINED.reduce(redactBroken, text) : text
  const shaped = whole.replace(SHAPED, nameOf)
  let clean = ''
  let done = 0
  ANY_START.lastIndex = 0
  for (let found = ANY_START.exec(shaped); found; found = ANY_START.exec(shaped)) {
    const token = tokenAt(shaped, found.index, found[0])
    if (token === undefined) ANY_START.lastIndex = found.index + 1
    else {
      clean += `${shaped.slice(done, found.index)}[redacted ${token.kind}]`
      done = token.end
      ANY_START.lastIndex = done
    }
  }
  return done === 0 ? shaped : clean + shaped.slice(done)
}

function tokenAt(text: string, at: number, start: string): { kind: string; end: number } | undefined {
  const known = RULES.get(start)
  if (!known) return undefined
  known.pattern.lastIndex = at
  const found = known.pattern.exec(text)?.[0]
  if (found === undefined) return undefined
  const begun = at + found.length
  if (known.rule.weak && !(isVaried(text, at, begun) && /\d/.test(text.slice(at + 3, endOf(known.probe, text, begun))))) return undefined
  const end = known.rule.weak ? endOf(known.rest, text, begun) : begun
  const isWhole = end - at - start.length >= (known.rule.full ?? known.rule.min)
  return { kind: known.rule.kind, end: isWhole || !known.more ? end : end + continued(text, end, known.more) }
}

/** A word of prose that begins the next line stays. */
function continued(text: string, end: number, more: RegExp): number {
  more.lastIndex = end
  const found = more.exec(text)?.[0] ?? ''
  const isVaried = (/\d/.test(found) && /[A-Za-z]/.test(found)) || isJumbled(found)
  return isVaried && !/\d{4}-\d\d-\d\d/.test(found) ? found.length : 0
}

/** Letters in both cases as no word and no name of code has them. */
const isJumbled = (text: string) => text.length >= 12 && /[A-Z]{2}/.test(text) && (text.match(/[a-z][A-Z]/g) ?? []).length >= 2

/** Where a sticky run of characters ends that begins here; it may be empty. */
function endOf(run: RegExp, text: string, from: number): number {
  run.lastIndex = from
  run.test(text)
  return run.lastIndex
}

/** Paddings have the alphabet of a token, and words joined by hyphens too, but those have no digit. */
const FEWEST_CHARACTERS = 10
/** Where there are fewer than half as many by then, there will not be enough. */
const SOON = 16
/** By the code of a character; all classes of bodies are ASCII. */
const seen = new Uint8Array(128)

/** Whether there are ten different characters. Without a Set: it is asked at each beginning. */
function isVaried(text: string, from: number, to: number): boolean {
  seen.fill(0)
  let different = 0
  for (let i = from; i < to; i += 1) {
    if (i - from === SOON && different < FEWEST_CHARACTERS / 2) return false
    const code = text.charCodeAt(i) & 127
    if (seen[code]) continue
    seen[code] = 1
    different += 1
    if (different >= FEWEST_CHARACTERS) return true
  }
  return false
}
