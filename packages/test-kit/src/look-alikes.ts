/** A JSON text that a reader may take for a value that it is not, and what makes it look so. */
export interface LookAlike {
  how: string
  json: string
}

const HOMOGLYPHS: Record<string, string> = { a: '\u0430', c: '\u0441', e: '\u0435', i: '\u0456', o: '\u043e', p: '\u0440', s: '\u0455' }
const fullwidth = (text: string) => text.replace(/[!-~]/g, (char) => String.fromCodePoint((char.codePointAt(0) ?? 0) + 0xfee0))
const digitsFrom = (first: number) => (text: string) => text.replace(/\d/g, (digit) => String.fromCodePoint(first + Number(digit)))
const inTheMiddle = (mark: string) => (text: string) => text.slice(0, text.length / 2) + mark + text.slice(text.length / 2)

const TWISTS: Record<string, (text: string) => string> = {
  'a space after it': (text) => `${text} `,
  'a space before it': (text) => ` ${text}`,
  'a tab after it': (text) => `${text}\t`,
  'a line break after it': (text) => `${text}\n`,
  'a line separator after it': (text) => `${text}\u2028`,
  'a hard space after it': (text) => `${text}\u00a0`,
  'a zero before its end': (text) => `${text}\0`,
  'a space of no width': inTheMiddle('\u200b'),
  'a joiner': inTheMiddle('\u200d'),
  'a soft hyphen': inTheMiddle('\u00ad'),
  'a mark of order': (text) => `\ufeff${text}`,
  'right to left': (text) => `\u202e${[...text].toReversed().join('')}\u202c`,
  'isolated marks of direction': (text) => `\u2066${text}\u2069`,
  'a combining mark': (text) => `${text}\u0301`,
  'a variation selector': (text) => `${text}\ufe0f`,
  'a tag character': (text) => `${text}\u{e0041}`,
  'wide letters': fullwidth,
  'Arabic digits': digitsFrom(0x0660),
  'bold digits': digitsFrom(0x1d7ce),
  'Cyrillic letters': (text) => text.replace(/[aceiops]/g, (letter) => HOMOGLYPHS[letter] ?? letter),
  capitals: (text) => text.toUpperCase(),
  'a capital': (text) => text.replace(/[a-z]/, (letter) => letter.toUpperCase()),
  'a dotless i': (text) => text.replaceAll('i', '\u0131'),
  'a long s': (text) => text.replaceAll('s', '\u017f'),
  'a Kelvin sign': (text) => text.replaceAll('k', '\u212a'),
  'percent signs': (text) => text.replace(/./, (char) => `%${char.charCodeAt(0).toString(16)}`),
  'an HTML entity': (text) => text.replace(/./, (char) => `&#${char.charCodeAt(0)};`),
  'an escape within the text': (text) => text.replace(/./, (char) => `\\u00${char.charCodeAt(0).toString(16)}`),
  'quotes within the text': (text) => `"${text}"`,
  'a leading zero in its last number': (text) => text.replace(/(\d+)(\D*)$/, '0$1$2'),
  'a plus before its last number': (text) => text.replace(/(\d+)(\D*)$/, '+$1$2'),
  'a fraction': (text) => `${text}.0`,
  'a power of ten': (text) => `${text}e0`,
  'a full stop after it': (text) => `${text}.`,
  'a slash after it': (text) => `${text}/`,
  'a fragment': (text) => `${text}#`,
  'a question mark': (text) => `${text}?`,
  'a comma and another': (text) => `${text},${text}`,
  'a pattern': (text) => text.replace(/.$/, '*'),
  'itself twice': (text) => `${text}${text}`,
  'ten thousand times itself': (text) => text.repeat(10_000),
  'one character less': (text) => text.slice(0, -1),
}

/** Addresses and ports that a resolver or a parser reads as 127.0.0.1 and the port. */
function addressesLike(text: string): Record<string, string> {
  const [, port] = /^127\.0\.0\.1:(\d+)$/.exec(text) ?? []
  if (port === undefined) return {}
  const hosts = ['[::1]', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[0:0:0:0:0:ffff:127.0.0.1]', '::1', '127.1', '2130706433', '0x7f000001']
  const more = ['0177.0.0.1', '127.0.0.1.', '127.000.000.001', '127.0.0.2', '0.0.0.0', 'localhost', 'LOCALHOST', 'user@127.0.0.1']
  const ports = [`0${port}`, `+${port}`, ` ${port}`, `${port} `, `0x${Number(port).toString(16)}`, `${port}e0`, `${port}.`, `-${port}`]
  return Object.fromEntries([
    ...[...hosts, ...more].map((host) => [`the host ${host}`, `${host}:${port}`]),
    ...ports.map((each) => [`the port ${JSON.stringify(each)}`, `127.0.0.1:${each}`]),
    ['another scheme', `tcp://127.0.0.1:${port}`],
    ['a wide colon', `127.0.0.1\uff1a${port}`],
    ['an overflow of the port', `127.0.0.1:${Number(port) + 65_536}`],
  ])
}

/** Every JSON value that is not the given one and may pass for it, as a text: some are no JSON at all. */
export function lookAlikes(value: string | number): LookAlike[] {
  const own = JSON.stringify(value)
  const texts = typeof value === 'string' ? { ...mapped(TWISTS, (twist) => twist(value)), ...addressesLike(value) } : {}
  const different = Object.entries(texts).filter(([, text]) => text !== value)
  const numbers: [string, string][] =
    typeof value === 'number'
      ? [
          ['a text', `"${value}"`],
          ['a text with a power', `"${value}e0"`],
          ['a fraction that is nearly none', `${value}.0000000001`],
          ['a half', `${value}.5`],
          ['the negative', `-${value}`],
          ['a power of ten', `${value}e1`],
          ['one', '1e0'],
          ['minus zero', '-0'],
          ['infinity', '1e999'],
          ['minus infinity', '-1e999'],
          ['no number', 'NaN'],
          ['a sum over 32 bits', String(value + 2 ** 32)],
          ['a sum over 53 bits', String(BigInt(value) + 2n ** 64n)],
          ['a hexadecimal', `0x${value.toString(16)}`],
          ['a leading zero', `0${value}`],
          ['a plus', `+${value}`],
          ['a separator', `${value}_0`],
          ['Arabic digits', `"${digitsFrom(0x0660)(String(value))}"`],
          ['a wrapped number', `{"$numberInt":"${value}"}`],
        ]
      : [
          ['a number', '1'],
          ['an escaped half of a pair', `"${value}\\ud800"`],
          ['single quotes', `'${value}'`],
        ]
  return [
    ...different.map(([how, text]) => ({ how, json: JSON.stringify(text) })),
    ...[...numbers, ...wrapped(own)].map(([how, json]) => ({ how, json })),
  ]
}

function wrapped(own: string): [string, string][] {
  return [
    ['a list of it', `[${own}]`],
    ['a list of two', `[${own},${own}]`],
    ['a list within a list', `[[${own}]]`],
    ['JSON within a text', JSON.stringify(own)],
    ['JSON within a text within a text', JSON.stringify(JSON.stringify(own))],
    ['an object with its value', `{"value":${own}}`],
    ['an object with a toString', `{"toString":${own}}`],
    ['an object with a prototype', `{"__proto__":{"toString":${own}}}`],
    ['an object like a list', `{"0":${own},"length":1}`],
    ['an object like a promise', `{"then":${own}}`],
    ['nothing', 'null'],
    ['true', 'true'],
    ['an empty text', '""'],
    ['an empty list', '[]'],
    ['an empty object', '{}'],
  ]
}

/** Members that are none of the arguments, some with a meaning for JavaScript. */
export const FOREIGN_MEMBERS: readonly LookAlike[] = [
  '"__proto__":{"force":true}',
  '"__proto__":null',
  '"constructor":{"name":"x"}',
  '"constructor":{"prototype":{"force":true}}',
  '"prototype":{}',
  '"toString":"x"',
  '"valueOf":1',
  '"hasOwnProperty":true',
  '"isPrototypeOf":1',
  '"toJSON":"x"',
  '"then":"x"',
  '"length":1',
  '"":1',
  '" ":1',
  '"\\u0000":1',
  '"force":true',
  '"dry_run":false',
  '"approved":true',
  '"level":"safe"',
  '"$where":"1"',
].map((json) => ({ how: `one more member ${json}`, json }))

function mapped<T>(all: Record<string, T>, each: (one: T) => string): Record<string, string> {
  return Object.fromEntries(Object.entries(all).map(([name, one]) => [name, each(one)]))
}

/** Every way to write these arguments that is not theirs: each value by what looks like it, each name by what looks like it, and members that nobody knows. */
export function argumentsLike(args: Record<string, string | number | boolean>): LookAlike[] {
  const members = (over: Record<string, string>, more: string[] = []) =>
    `{${[...Object.entries(args).map(([name, value]) => over[name] ?? `${JSON.stringify(name)}:${JSON.stringify(value)}`), ...more].join(',')}}`
  const values = Object.entries(args).flatMap(([name, value]) =>
    typeof value === 'boolean'
      ? []
      : lookAlikes(value).map(({ how, json }) => ({
          how: `${name}: ${how}`,
          json: members({ [name]: `${JSON.stringify(name)}:${json}` }),
        })),
  )
  const names = Object.entries(args).flatMap(([name, value]) =>
    Object.entries(TWISTS)
      .map(([how, twist]) => ({ how, text: twist(name) }))
      .filter(({ text }) => text !== name)
      .map(({ how, text }) => ({
        how: `the name ${name}: ${how}`,
        json: members({ [name]: `${JSON.stringify(text)}:${JSON.stringify(value)}` }),
      })),
  )
  const more = FOREIGN_MEMBERS.map(({ how, json }) => ({ how, json: members({}, [json]) }))
  const own = JSON.stringify(args)
  const whole = wrapped(own).filter(([how]) => Object.keys(args).length > 0 || how !== 'an empty object')
  return [...values, ...names, ...more, ...whole.map(([how, json]) => ({ how: `all of it: ${how}`, json }))]
}
