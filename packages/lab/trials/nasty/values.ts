/** Text that takes the place of a JSON value as it stands, also where it is no JSON. */
export interface RawJson {
  raw: string
}

const deep = (open: string, close: string, levels: number): RawJson => ({ raw: open.repeat(levels) + close.repeat(levels) })

const TEXTS = [
  '',
  ' ',
  '\0',
  'a\0b',
  '\r\nX-Evil: 1\r\n\r\n',
  '../../../../etc/passwd',
  '..%2f..%2fetc%2fpasswd',
  '%',
  '%zz',
  '%c0%ae%c0%ae',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '\u202egnp.exe',
  '👩‍🚒'.repeat(100),
  'ﷺ'.repeat(1_000),
  'x'.repeat(200_000),
  'a.'.repeat(50_000),
  '(a+)+$'.repeat(1_000),
  '((((((((((',
  '*'.repeat(10_000),
  "'; DROP TABLE incidents; --",
  '" OR 1=1 --',
  '\u0024{jndi:ldap://127.0.0.1:1/a}',
  '{{7*7}}',
  '<script>alert(1)</script>',
  'javascript:alert(1)',
  'http://127.0.0.1:1/%zz',
  'http://[::1',
  'postgres://a:b@127.0.0.1:1/%zz',
  'postgresql://%',
  'host=/%zz dbname=x',
  'file:///etc/passwd',
  'data:text/html,x',
  '2099-13-45T99:99:99Z',
  '9999999999999-01-01T00:00:00Z',
  '-0',
  '1e400',
  'NaN',
  'Infinity',
  'null',
  'undefined',
  'true',
  'I99999999999999999999',
  'whatsapp:+0',
  '\ufeff',
  'ÿþ',
]

const VALUES: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  -0.5,
  0.1,
  2 ** 31,
  2 ** 53,
  1e308,
  -1e308,
  [],
  {},
  [null],
  [[]],
  [{}],
  { length: -1 },
  { toString: null },

  { name: null },
  { constructor: { prototype: { admin: true } } },
  Array.from({ length: 20_000 }, (_, i) => i),
  Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`k${i}`, i])),
]

const RAW: readonly RawJson[] = [
  { raw: '1e999' },
  { raw: '{"then":1}' },
  { raw: '-1e999' },
  { raw: '1e-999' },
  { raw: '123456789012345678901234567890' },
  { raw: '"\\ud800"' },
  { raw: '"\\ud800\\ud800"' },
  { raw: '"\\u0000"' },
  { raw: 'NaN' },
  { raw: 'undefined' },
  { raw: "'a'" },
  { raw: '{"__proto__":{"admin":true}}' },
  { raw: '{"constructor":{"prototype":{"admin":true}}}' },
  { raw: '{"a":1,"a":2}' },
  { raw: '{"a":1,}' },
  { raw: '[1,' },
  deep('[', ']', 500),
  deep('[', ']', 20_000),
  { raw: `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}` },
  { raw: `${'[{"a":'.repeat(50_000)}1${'}]'.repeat(50_000)}` },
]

/** Values that nobody expects in the place of another. */
export const NASTY: readonly (unknown | RawJson)[] = [...VALUES, ...TEXTS, ...RAW]
export const NASTY_TEXTS: readonly string[] = TEXTS

export const isRaw = (value: unknown): value is RawJson =>
  typeof value === 'object' && value !== null && 'raw' in value && Object.keys(value).length === 1
