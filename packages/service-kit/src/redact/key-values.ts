/** Words of a name whose value is a secret, in whatever case. */
const NAME =
  'passw(?:or)?d|passwort|passphrase|passcode|pwd|pgpass|secret|token|(?:api|access|account|private|signing|encryption|master|shared|shared[_-]?access|storage|auth|license|consumer|subscription|deploy|webhook|session|service|app|application)[_-]?keys?|credentials?|creds|authorization|auth(?![a-z])|cookie|session[_-]?id|signature|jwt|connection[_-]?string|\\bdsn|\\bsig(?![a-z])|\\botp|\\bpin(?![a-z])|[?&]key'
/** How names go on, how they are closed, what stands between name and value. */
const REST = '([\\w.-]{0,40}?)'
const CLOSED = '(\\\\{0,7}["\'`]?\\]?)'
const BETWEEN = `[ \\t]{0,3}(?:(:=|=>|={1,3}|:(?!:)|%3[AaDd]|>(?!=))|,\\s{0,10}\\\\{0,7}["']?value\\\\{0,7}["']?:|(?:\\r?\\n|\\\\{1,7}n|[ \\t])[ \\t-]{0,12}value:|,(?=\\s{0,2}\\\\{0,7}["']))`
const PAUSE = '((?:[ \\t]{0,2}(?:\\r?\\n|\\\\{1,7}n)[ \\t]{1,12}|[ \\t]{0,4}))'
const KEY_VALUE = new RegExp(`(?:${NAME})${REST}${CLOSED}${BETWEEN}${PAUSE}`, 'gi')
/** `--password x`, `password is x1`, `PASSWORD 'x'`, `IDENTIFIED BY 'x'`. */
const SPOKEN = new RegExp(
  `(?:--?(?:\\w{1,20}-){0,3}(?:${NAME})|\\b(?:password|passphrase|secret|token|api key|pin)(?: is| was)|\\bpassword(?= ['"])|identified by)[ \\t]{1,4}`,
  'gi',
)
/** `curl -u name:secret`. */
const CURL_USER = /(\s(?:-u|--user)[ =]["']?[^\s:"'\\\0]{1,100}:)[^\s"'\\\0]{3,200}/g
/** Scheme and credential of an Authorization header, wherever it stands. */
const SCHEME =
  /\b(Bearer|Basic|Digest|Negotiate|ApiKey|Token token=|AWS4-HMAC-SHA256)(\s{1,3}|%20|\+)(?=[A-Za-z0-9+/._~=-]{8})([A-Za-z0-9+/._~=-]+)/gi
/** Name and password in an address. */
const ADDRESS = /(:\/\/[^\s:/@"'\\[\0]{0,200}:)[^\s/"'\\[\0]{1,300}@/g

/** Names that speak about a secret, and hold none. */
const ABOUT =
  /(?:count|total|used|usage|seconds|_ms|millis|bytes|ur[il]|path|file|files|name|names|type|types|limit|limits|length|size|expir\w*|ttl|policy|version|prefix|class|valid|enabled|required|header|field|provider|algorithm|manager|store|rules?|errors?|status|method|mode|izer|s_per_\w+)$/i
const PLAIN =
  /^(?:true|false|null|undefined|none|nil|string|number|boolean|bytes|bool|int|text|any|unknown|object|required|optional|invalid|missing|expired|wrong|empty|absent|default|basic|bearer|header|query|function|async|await|new|this|return|typeof|const|let|yes|no|on|off|redacted|hidden|masked|include|same-origin|omit|self)$/i
const HEADERS = /^(?:authorization|cookie|(?:x-)?set-cookie)/i

/** Replaces the values of names that hold secrets, in JSON, YAML, headers, environments, query strings, XML, command lines and code. */
export function redactKeyValues(text: string): string {
  const named = replaceValues(text.replace(ADDRESS, '$1[redacted]@'), KEY_VALUE)
  const spoken = replaceValues(named, SPOKEN)
  return spoken
    .replace(SCHEME, (all, scheme, space, value) => (looksChosen(value) ? `${scheme}${space}[redacted]` : all))
    .replace(CURL_USER, '$1[redacted]')
}

function replaceValues(text: string, pattern: RegExp): string {
  pattern.lastIndex = 0
  let clean = ''
  let done = 0
  for (let found = pattern.exec(text); found; found = pattern.exec(text)) {
    const from = pattern.lastIndex
    const value = readValue(text, from, found)
    if (value.end <= value.from || !isSecret(text.slice(value.from, value.end), value.quoted, found, text, value.end)) continue
    clean += `${text.slice(done, value.from)}[redacted]`
    done = value.end
    pattern.lastIndex = done
  }
  return done === 0 ? text : clean + text.slice(done)
}

const OPENING = /(?:[bru]|\$)?(\\{0,7})(["'`])/y
/** Up to white space or a delimiter; a backslash only in pairs, so that no escape is cut in two. */
const BARE = /(?:[^\s"'`,;&<>()[\]{}|\\\0]|\\\\)+/y
const LINE = /(?:[^\r\n"'\\\0]|\\\\)+/y
const LONGEST = 4_096

function readValue(text: string, at: number, [whole]: RegExpExecArray): { from: number; end: number; quoted: boolean } {
  OPENING.lastIndex = at
  const quote = OPENING.exec(text)
  if (quote) {
    const from = at + quote[0].length
    return { from, end: closing(text, from, quote[1]?.length ?? 0, quote[2] ?? ''), quoted: true }
  }
  const pattern = HEADERS.test(whole) ? LINE : BARE
  pattern.lastIndex = at
  return { from: at, end: at + (pattern.exec(text)?.[0].length ?? 0), quoted: false }
}

/** The end of a quoted value: the same sign behind as many backslashes; or where the text ends or the line does. */
function closing(text: string, from: number, depth: number, sign: string): number {
  let backslashes = 0
  const last = Math.min(text.length, from + LONGEST)
  for (let i = from; i < last; i += 1) {
    const char = text[i]
    if (char === '\0') return i
    if (char === '\\') backslashes += 1
    else {
      // Fewer backslashes close what lies around.
      if (char === sign && backslashes <= depth) return i - backslashes
      if (char === '"' && backslashes < depth) return i - backslashes
      backslashes = 0
    }
  }
  return backslashes % 2 === 0 ? last : last - 1
}

function isSecret(value: string, quoted: boolean, found: RegExpExecArray, text: string, end: number): boolean {
  const [whole, rest = '', , sign = ''] = found
  if (value.length < 3 || value.startsWith('[redacted') || ABOUT.test(rest) || PLAIN.test(value)) return false
  if (/^(?:\$|\{\{|%[sdj@]|\*{3}|<|x{4}|\.{3})/i.test(value)) return false
  if (/^s$/i.test(rest) && /^[\d.]+$/.test(value)) return false // A number of tokens.
  // The next element of a list is a value where a name of a header or a chosen text says so.
  if (quoted && sign === '' && /,\s*$/.test(whole) && !HEADERS.test(whole)) return /\d/.test(value) && looksChosen(value)
  if (quoted) return !/^\s/.test(value) && !/[({]$/.test(value) && (!value.includes(' ') || value.length <= 64 || HEADERS.test(whole))
  if (sign === '=' && !/\s$/.test(whole)) return value.length > 3 || /\d/.test(value)
  if (HEADERS.test(whole)) return /\d|=/.test(value) || value.length > 20
  if (looksChosen(value)) return true
  return standsAloneInItsLine(text, found.index, end) && /^[a-z]/.test(value) && value.length >= 6
}

/** What a person or a generator chose, rather than a word of code or prose. */
function looksChosen(value: string): boolean {
  if (/^[A-Za-z_$][\w$]*(?:\??\.[A-Za-z_$][\w$]*)+$/.test(value)) return false // A property.
  return (
    value.length >= 4 &&
    (/\d/.test(value) ||
      /[^\w.:?!/-]/.test(value) ||
      (value.length >= 16 && /[a-z][A-Z].*[A-Z]/.test(value) && !/^[a-z]+(?:[A-Z][a-z]+)+$/.test(value)))
  )
}

/** `password: swordfish` of YAML, rather than of code or prose. */
function standsAloneInItsLine(text: string, from: number, end: number): boolean {
  const before = text.slice(Math.max(0, from - 60), from)
  return /(?:^|\n|\\n)[ \t-]*[\w.-]*$/.test(before) && /^(?:$|\s*[\r\n]|\\n)/.test(text.slice(end, end + 20))
}
