import { isSigned } from '@oncall-lab/service-kit/signed-headers'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startReceiver } from '../../test-parts/callback-receiver.ts'
import { createCallbacks } from './callbacks.ts'
import { readCallbackPolicy } from './decide-callback.ts'

const secret = 'a-secret-of-many-characters'

/** Listed: one name, and the one address of this machine that stands for the outside. */
const policy = readCallbackPolicy('hooks.example,127.0.0.9/32')
const GOOD = { address: '127.0.0.9', family: 4 }
const BAD = { address: '127.0.0.1', family: 4 }

type Receiver = Awaited<ReturnType<typeof startReceiver>>
let inside: Receiver[]
let outside: Receiver
beforeAll(async () => {
  const canary = await startReceiver()
  // The same port everywhere, so that a name which turns finds somebody.
  inside = [
    canary,
    ...(await Promise.all([startReceiver({ host: '::1', port: canary.port }).catch(() => undefined)])).filter((each) => each !== undefined),
  ]
  outside = await startReceiver({ host: '127.0.0.9', port: canary.port })
})
afterAll(async () => {
  for (const each of [...inside, outside]) await each[Symbol.asyncDispose]()
})
beforeEach(() => {
  for (const each of [...inside, outside]) each.received.length = 0
  outside.answer.headers = {}
  outside.answers.splice(0, 9, 204)
})
const reached = () => inside.flatMap(({ received }) => received)

/** P stands for the port of the servers within. */
const REFUSED = [
  // This machine in every spelling.
  ...[
    '127.0.0.1',
    '127.1',
    '127.0.1',
    '2130706433',
    '0x7f000001',
    '0x7f.0.0.1',
    '0177.0.0.1',
    '017700000001',
    '127.0.0.1.',
    '①②⑦.⓪.⓪.①',
    '127。0。0。1',
  ],
  ...['0.0.0.0', '0', 'localhost', 'LOCALHOST', 'localhost.', 'loc%61lhost', 'ⓛocalhost', '127.0.0.2'],
  ...['[::1]', '[0:0:0:0:0:0:0:1]', '[::]', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[0:0:0:0:0:ffff:7f00:1]', '[::127.0.0.1]'],
  ...['[64:ff9b::7f00:1]', '[64:ff9b::127.0.0.1]', '[2002:7f00:1::]', '[fe80::1]', '[fc00::1]'],
  // Networks that are not public.
  ...['169.254.169.254', '10.0.0.1', '172.16.0.1', '192.168.0.1', '100.64.0.1', '198.18.0.1', '224.0.0.1', '255.255.255.255', '192.0.2.1'],
  // Names that are not listed.
  ...['evil.example', 'sub.hooks.example', 'hooks.example.evil.example', 'xhooks.example', '127.0.0.1.nip.io'],
]
  .map((host) => `http://${host}:P/x`)
  .concat(
    // Credentials, and what looks like them.
    [
      'http://hooks.example@127.0.0.1:P/x',
      'http://hooks.example:80@127.0.0.1:P/x',
      'http://user:pw@hooks.example:P/x',
      'http://user@hooks.example:P/x',
    ],
    ['http://127.0.0.1:P\\@hooks.example/x', 'http://hooks.example%40127.0.0.1:P/x', 'http://hooks.example#@127.0.0.1:P/x'],
    // Other schemes.
    [
      'file:///etc/passwd',
      'ftp://127.0.0.1:P/x',
      'gopher://127.0.0.1:P/x',
      'data:text/plain,x',
      'javascript:alert(1)',
      '//127.0.0.1:P/x',
      'http:127.0.0.1:P/x',
      '',
    ],
  )

const TURNING: [string, { address: string; family: number }[][]][] = [
  ['this machine', [[BAD]]],
  ['this machine by IPv6', [[{ address: '::1', family: 6 }]]],
  ['this machine as a mapped address', [[{ address: '::ffff:127.0.0.1', family: 6 }]]],
  ['a good address and this machine', [[GOOD, BAD]]],
  ['the metadata of a cloud', [[{ address: '169.254.169.254', family: 4 }]]],
  ['no address', [[]]],
  ['a good address at first, and then this machine', [[GOOD], [BAD]]],
  ['this machine at first, and then a good address', [[BAD], [GOOD]]],
]

const REDIRECTS = [300, 301, 302, 303, 307, 308]

describe('of 60 addresses and more that somebody could name, none reaches a server within', () => {
  test('there are so many', () => {
    expect(REFUSED.length + TURNING.length + REDIRECTS.length).toBeGreaterThanOrEqual(60)
  })

  test.each(REFUSED)('%s is refused before anything is resolved or connected', async (address) => {
    let resolved = 0
    await using callbacks = createCallbacks({
      policy,
      resolve: async () => {
        resolved += 1
        return [BAD]
      },
    })
    const url = address.replace('P', String(outside.port))
    expect(() => callbacks.demand(url, 'body.callback_url')).toThrow(/No callback goes to/)
    await expect(callbacks.post(url, {})).rejects.toMatchObject({ status: expect.toBeOneOf([400, 403]) })
    expect([resolved, reached(), outside.received]).toEqual([0, [], []])
  })

  test.each(TURNING)('a listed name that leads to %s', async (_what, answers) => {
    outside.answers.splice(0, 9, 503)
    let asked = 0
    const resolve = async () => answers[Math.min(asked++, answers.length - 1)] ?? []
    await using callbacks = createCallbacks({ policy, resolve, pausesMs: [1, 1], timeoutMs: 2_000 })
    expect(await callbacks.post(`http://hooks.example:${outside.port}/x`, {})).toEqual(expect.any(String))
    expect(reached()).toEqual([])
  })

  test.each(REDIRECTS)('a listed server that answers %i with an address within', async (status) => {
    outside.answers.splice(0, 9, status)
    outside.answer.headers = { location: `http://127.0.0.1:${outside.port}/stolen`, refresh: `0; url=http://127.0.0.1:${outside.port}/` }
    await using callbacks = createCallbacks({ policy, resolve: async () => [GOOD], pausesMs: [1] })
    expect(await callbacks.post(`http://hooks.example:${outside.port}/x`, {})).toBe(`it answered ${status}`)
    expect([reached(), outside.received.length]).toEqual([[], 1])
  })
})

test('a callback is signed, and sent again until it is taken', async () => {
  outside.answers.splice(0, 9, 503, 429, 204)
  await using callbacks = createCallbacks({ policy, secret, resolve: async () => [GOOD], pausesMs: [1, 1, 1] })
  expect(await callbacks.post(`http://hooks.example:${outside.port}/x?y=1`, { incident_id: 'I7' })).toBeUndefined()
  expect(outside.received.map(({ path }) => path)).toEqual(['/x?y=1', '/x?y=1', '/x?y=1'])
  for (const { headers, body } of outside.received)
    expect([isSigned(secret, headers, body, new Date()), body]).toEqual([true, '{"incident_id":"I7"}'])
})

test.each([
  ['refuses', 400, 'it answered 400', 1],
  ['fails for ever', 500, 'it answered 500', 3],
])('a receiver that %s is given up, and it is said why', async (_what, status, why, attempts) => {
  outside.answers.splice(0, 9, status)
  await using callbacks = createCallbacks({ policy, resolve: async () => [GOOD], pausesMs: [1, 1] })
  expect(await callbacks.post(`http://hooks.example:${outside.port}/x`, {})).toBe(why)
  expect(outside.received).toHaveLength(attempts)
})

test('a receiver that never answers costs the time-out and no more', async () => {
  outside.answer.silent = true
  await using callbacks = createCallbacks({ policy, resolve: async () => [GOOD], pausesMs: [], timeoutMs: 100 })
  expect(await callbacks.post(`http://hooks.example:${outside.port}/x`, {})).toMatch(/timeout/i)
  outside.answer.silent = false
})

test('loopback by default means this machine by its address or as localhost, but never the agent', async () => {
  await using callbacks = createCallbacks({ policy: readCallbackPolicy('loopback', ['127.0.0.1:8088']), pausesMs: [] })
  for (const host of ['127.0.0.1', 'localhost', '127.0.0.9'])
    expect([host, () => callbacks.demand(`http://${host}:9999/x`, 'url')]).toEqual([host, expect.any(Function)])
  expect(await callbacks.post(`http://localhost:${inside[0]?.port}/x`, {})).toBeUndefined()
  for (const host of ['127.0.0.1', 'localhost', '127.1', '[::1]'])
    expect(() => callbacks.demand(`http://${host}:8088/x`, 'url')).toThrow(/itself calls/)
  expect(() => callbacks.demand('https://hooks.example/x', 'url')).toThrow(/not on the list/)
})

test.each([
  ['https://hooks.example/x', true],
  ['https://hooks.example:8443/x', false],
  ['http://hooks.example/x', false],
  ['https://10.1.2.3/x', false],
])('with the list "hooks.example:443" the address %s is decided as %s', (url, isGood) => {
  const callbacks = createCallbacks({ policy: readCallbackPolicy('hooks.example:443') })
  if (isGood) expect(() => callbacks.demand(url, 'url')).not.toThrow()
  else expect(() => callbacks.demand(url, 'url')).toThrow()
})

test.each(['http://x', 'a b', '10.0.0.0/33', '-x', 'x:y'])('GATEWAY_CALLBACKS=%s is refused', (text) => {
  expect(() => readCallbackPolicy(text)).toThrow(/GATEWAY_CALLBACKS must hold/)
})
