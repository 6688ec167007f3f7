import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { lintSource } from '@secretlint/core'
import { creator as recommended } from '@secretlint/secretlint-rule-preset-recommend'
import { describe, expect, test } from 'vitest'
import { plantSecrets } from '../../test-parts/planted-secrets.ts'
import { createRedact, redact } from './redact.ts'

const planted = plantSecrets()

describe('98 formats of secrets', () => {
  test('there are 58 of vendors and 40 others', () => {
    expect(planted).toHaveLength(98)
  })

  test.each(planted)('$kind leaves no text', ({ value, text }) => {
    expect(redact(text)).not.toContain(value)
    expect(redact(`2026-11-21 ERROR request failed: ${text} (attempt 2)`)).not.toContain(value)
  })

  test.each(planted)('$kind leaves no JSON, which stays JSON', ({ value, text }) => {
    const line = JSON.stringify({ level: 'error', message: `failed with ${text}`, stack: 'Error: x\n    at y (z.ts:1:2)', n: 1 })
    const read = JSON.parse(redact(line))
    expect(read).toMatchObject({ level: 'error', n: 1, stack: 'Error: x\n    at y (z.ts:1:2)' })
    expect(read.message).not.toContain(value)
    const nested = JSON.parse(JSON.parse(redact(JSON.stringify({ result: line }))).result)
    expect(nested.message).not.toContain(value)
  })

  test.each(planted)('$kind leaves no address, encoded', ({ value, text }) => {
    const clean = redact(`GET /callback?state=${encodeURIComponent(text)}&x=1`)
    expect(decodeURIComponent(clean)).not.toContain(value)
  })

  test.each(planted)('$kind leaves no base64', ({ value, text }) => {
    for (const form of ['base64', 'base64url'] as const) {
      const encoded = Buffer.from(text).toString(form)
      const runs = redact(`payload ${encoded} end`).match(/[A-Za-z0-9+/_-]{8,}={0,2}/g) ?? []
      for (const run of runs) expect(Buffer.from(run, 'base64').toString()).not.toContain(value)
    }
  })

  test.each(planted)('$kind: a second time changes nothing', ({ text }) => {
    for (const each of [text, JSON.stringify({ text }), encodeURIComponent(text)]) expect(redact(redact(each))).toBe(redact(each))
  })
})

test.each(planted.slice(0, 55).filter(({ kind }) => kind !== 'Terraform token'))(
  '$kind that is broken over two lines leaves no text',
  ({ value }) => {
    for (const lineBreak of ['\n', '\r\n', '\n    ', '\\n']) {
      const at = Math.floor(value.length * 0.6)
      const clean = redact(`log: ${value.slice(0, at)}${lineBreak}${value.slice(at)} end`)
      expect(clean).not.toContain(value.slice(at))
    }
  },
)

test.each([
  ['a half of letters alone', 'whsec_x2QTR23LIE9mRN', 'NQFJugAaowgChytdKSz'],
  ['a half whose neighbour goes on in a third line', 'b82d98200faf961c026', '32ef2d36dba21-us12\n    at a (b.ts:1:2)'],
])('%s of a broken token goes too', (_title, first, second) => {
  const clean = redact(`Error: ${first}\n${second}`)
  expect(clean).not.toContain(first)
  expect(clean).not.toContain(second.split('\n')[0])
})

test('what begins the next line of a token and is a word, or a name of code, stays', () => {
  const key = `sk_live_${'aB3dE5fG7h'.repeat(2)}`
  for (const next of ['connection refused', 'readItemsOfCampaign failed', 'INVENTORY_ERROR_BURST', '2026-11-30T04:00:00Z']) {
    expect(redact(`${key}\n${next}`)).toContain(next)
  }
})

test('our own values leave in no form', () => {
  const own = 'p§ss "w\\rd/+&=?'
  const clean = createRedact({ secrets: [own, 'none', ''] })
  for (const form of [own, JSON.stringify(own), encodeURIComponent(own)]) expect(clean(`x ${form} y`)).toMatch(/^x "?\[redacted\]"? y$/)
  for (const before of ['', 'a', 'ab', 'abc']) {
    const encoded = Buffer.from(`${before}${own}tail`).toString('base64')
    expect(Buffer.from(clean(encoded), 'base64').toString()).not.toContain(own)
    expect(clean(encoded)).toContain('[redacted]')
  }
  expect(clean('none of it')).toBe('none of it')
})

test('the people on call keep their addresses', () => {
  const clean = createRedact({ contacts: ['whatsapp:+15550100001', 'mailto:ravi@shop.example.org'] })
  for (const text of ['to whatsapp:+15550100001', 'call +1 555 010 0001', 'ask ravi@shop.example.org']) expect(clean(text)).toBe(text)
  expect(clean('ask mina@shop.example.org or +1 555 010 0002')).toBe('ask [redacted]@shop.example.org or [redacted phone number]')
})

test.each([
  ['what is longer than any of our texts is cut before it is read', 'x'.repeat(200_000)],
  ['a secret at the cut does not leave in part', `${'x '.repeat(65_526)}ghp_abcdefghijklmnopqrstuvwxyz0123456789`],
])('%s', (_title, text) => {
  const clean = redact(text)
  expect(clean.length).toBeLessThan(140_000)
  expect(clean).toMatch(/\[\d+ characters were cut\]$/)
  expect(clean).not.toContain('ghp_a')
})

describe('what an on-call needs stays', () => {
  const root = join(import.meta.dirname, '../../../..')
  const isOrdinary = (line: string) => line.trim() !== ''
  const share = (lines: string[]) => lines.filter((line) => redact(line) === line).length / lines.length

  test('at least 99 % of the lines of this repository', () => {
    const files = globSync('{packages,test,bench,docs}/**/*.{ts,md,sql,yaml,sh}', {
      cwd: root,
      exclude: ['**/node_modules/**', '**/redact/**', '**/planted-secrets.ts'],
    })
    const lines = files.flatMap((file) => readFileSync(join(root, file), 'utf8').split('\n').filter(isOrdinary))
    expect(lines.length).toBeGreaterThan(10_000)
    expect(share(lines)).toBeGreaterThan(0.99)
  })

  test.each([
    "Cannot read properties of undefined (reading 'discount')",
    '    at priceOf (packages/inventory/src/campaigns.ts:42:17)',
    'http://127.0.0.1:8001/items/7?at=10:00:00',
    'the password is wrong',
    'password authentication failed for user "shop"',
    'error: invalid token: unexpected end of JSON input',
    'SyntaxError: Unexpected token < in JSON at position 0',
    'risk-based-pricing-and-other-words basic authentication',
    'authorization: required',
    'tokens: 1523 prompt_tokens=812 max_tokens: 4096',
    'secret_name: db-credentials-of-the-shop',
    'commit f3af72c9d1e84b7a6c5d4e3f2a1b0c9d8e7f6a5b by Mei',
    'sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    'trace 4bf92f3577b34da6a3ce929d0e0e4736 span 00f067aa0ba902b7',
    'incident 3f0d7f9e-9b1c-4f6e-8f51-0a4a4b2f6c11 opened',
    'MessageSid SM0123456789abcdef0123456789abcdef delivered',
    'process_resident_memory_bytes{instance="127.0.0.1:8001",job="inventory"} 1.23456789e+08',
    'sum by (route) (rate(http_errors_total{job="inventory"}[1m])) / sum by (route) (rate(http_requests_total[1m]))',
    '2026-11-21T10:00:00.123+02:00 pid=4711 heap=123456789 uptime=86400 order=1234567890123456',
    'timestamps 1764450000123 1764450000123456789 -0.0123456789 +0.123456789',
    '10.0.0.17 - - [21/Nov/2026:10:00:00 +0000] "GET /items/7 HTTP/1.1" 500 123 "-" "curl/8.5.0"',
    'node_modules/.pnpm/pino@10.4.0/node_modules/pino/pino.js git@github.com:acme/shop.git',
    'connect ECONNREFUSED 127.0.0.1:15432 postgres://shop@127.0.0.1:15432/shop',
    'duplicate key value violates unique constraint "items_pkey" Key (id)=(42) already exists.',
    'The deploy key of release 2026.11.3 was rotated; see PR #1234 and OPS-77',
    '/packages/inventory/src/store/postgres-pool/connections/acquire/waiting',
    'aGVsbG8gd29ybGQsIHRoaXMgaXMgcGxhaW4gdGV4dA==',
    '{"level":50,"time":1764450000000,"pid":12,"hostname":"web-1","reqId":"req-1a","msg":"request failed"}',
  ])('%s', (line) => {
    expect(redact(line)).toBe(line)
    expect(redact(JSON.stringify({ line }))).toBe(JSON.stringify({ line }))
  })
})

test('a scanner of another make finds nothing in what is left', async () => {
  const found = async (content: string) => {
    const rules = [{ id: '@secretlint/secretlint-rule-preset-recommend', rule: recommended }]
    const source = { filePath: '/log.txt', content, contentType: 'text' as const }
    return (await lintSource({ source, options: { config: { rules } } })).messages.map(({ ruleId, message }) => `${ruleId} ${message}`)
  }
  const many = Array.from({ length: 10 }, (_, seed) => plantSecrets(seed + 2).map(({ text }) => `log: ${text} end`)).flat()
  expect((await found(many.join('\n'))).length).toBeGreaterThan(100)
  // An address without its password is still an address to it.
  expect((await found(many.map(redact).join('\n'))).filter((each) => !each.includes(':[redacted]@'))).toEqual([])
})

describe('the time grows with the length and no faster', () => {
  const cpuMs = (work: () => void) => {
    const runs = Array.from({ length: 3 }, () => {
      const before = process.cpuUsage()
      work()
      const { user, system } = process.cpuUsage(before)
      return (user + system) / 1_000
    })
    return Math.min(...runs)
  }
  const hostile = [
    ...[
      'a.',
      'a',
      'sk-',
      'eyJ',
      'eyJ-',
      'eyJabcdefghijk.',
      '://',
      '://a:',
      'x://a:b@',
      '@',
      'a@a.',
      'aaaaaaaaa@',
      '%',
      '%41',
      'a%41 ',
      'AAAA',
      '4',
      '4 ',
      '+1',
      '+1 2 3 4 5 6 7',
    ],
    ...[
      '-----BEGIN PRIVATE KEY-----',
      'token=',
      'token="',
      'password="x\'',
      'token: ',
      'secret_',
      'api_key_',
      '--a-b-c-password ',
      'password is ',
      'Bearer ',
      ' -u a:',
      'M-',
      'v1.0-',
    ],
    ...[
      '\\',
      '\\n',
      'password: \\"',
      'ghp_a\n',
      '{"a":',
      'DE89 ',
      '0123456789abcdef0123456789abcdef-',
      'cookie: ',
      'authorization: a\\\\',
      '\0',
      '🙂',
      'value:\n  ',
    ],
  ]
  test.each(hostile)('%j', (part) => {
    const whole = part.repeat(Math.ceil(131_072 / part.length)).slice(0, 131_072)
    redact(whole)
    const quarter = cpuMs(() => redact(whole.slice(0, 32_768)))
    // Four times the text; the constant keeps the clock's grain out of it.
    expect(cpuMs(() => redact(whole))).toBeLessThan(8 * quarter + 40)
  })
})

test('half of a character and NUL come out as the replacement character: no database takes them', () => {
  expect(redact('a \ud83d b \ude00 c \0 d 😀')).toBe('a \ufffd b \ufffd c \ufffd d 😀')
})
