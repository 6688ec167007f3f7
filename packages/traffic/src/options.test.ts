import { expect, test } from 'vitest'
import { NUMBER_FLAGS } from './number-flags.ts'
import { parseOptions, UsageError } from './options.ts'

/** The message of the refusal of a command line. */
function refusal(args: string[], env = {}): string {
  try {
    parseOptions(args, env)
  } catch (error) {
    expect(error).toBeInstanceOf(UsageError)
    expect(error).toMatchObject({ exitCode: 2 })
    return (error as UsageError).message // Checked above.
  }
  throw new Error(`accepted: ${args.join(' ')}`)
}

test('without flags everything has the documented default', () => {
  expect(parseOptions([], {})).toMatchObject({
    ...{ url: 'http://127.0.0.1:9000', profile: 'constant', duration: 120, rps: 30, maxConcurrency: 200, putFrac: 0.1, payloadKb: 1 },
    ...{
      reportEvery: 5,
      spikeAt: 60,
      spikeMult: 3,
      rampFrom: 10,
      rampTo: 150,
      sineAmplitude: 20,
      sinePeriod: 90,
      mildRps: 10,
      highRps: 100,
    },
    ...{ mildDuration: 60, normalRps: 15, normalDuration: 60, errorRps: 10, errorDuration: 60, keyspace: 5_000, json: false },
  })
})

test.each(Object.values(NUMBER_FLAGS))('--$flag names itself and its range when the value is none', ({ flag, min, max }) => {
  for (const value of ['x', '', String(min - 1), String(max + 1), 'NaN', 'Infinity', '1,5']) {
    const message = refusal([`--${flag}`, value])
    expect(message).toContain(`--${flag} `)
    expect(message).toContain(`from ${min} to ${max}`)
  }
})

test.each([
  [['--seed', '-1'], '--seed'],
  [['--seed', '1.5'], 'an integer'],
  [['--max-concurrency', '1.5'], 'an integer'],
  [['--profile', 'storm'], 'agentic'],
  [['--port-offset', '99999'], '--port-offset'],
  [['--rps'], '--rps'],
  [['--rsp', '5'], '--rsp'],
  [['5'], 'arguments'],
  [['--url', 'nonsense'], 'http://host:port'],
  [['--url', 'ftp://127.0.0.1'], 'http://host:port'],
  [['--url', 'http://127.0.0.1:9000/items'], 'http://host:port'],
  [['--url', 'http://example.com'], '--allow-remote'],
  [['--url', 'http://localhost.example.com'], '--allow-remote'],
  [['--url', 'http://0.0.0.0:9000'], '--allow-remote'],
])('%j is refused with a word about %s', (args, word) => {
  expect(refusal(args)).toContain(word)
})

test('LAB_PORT_OFFSET and --port-offset shift the default target only', () => {
  expect(parseOptions([], { LAB_PORT_OFFSET: '100' }).url).toBe('http://127.0.0.1:9100')
  expect(parseOptions(['--port-offset', '200'], { LAB_PORT_OFFSET: '100' }).url).toBe('http://127.0.0.1:9200')
  expect(parseOptions(['--url', 'http://localhost:1234/'], { LAB_PORT_OFFSET: '100' }).url).toBe('http://localhost:1234')
  expect(refusal([], { LAB_PORT_OFFSET: 'many' })).toContain('LAB_PORT_OFFSET')
})

test('agentic lasts as long as its phases unless told otherwise', () => {
  const agentic = ['--profile', 'agentic', '--normal-duration', '10', '--error-duration', '20']
  expect(parseOptions(agentic, {}).duration).toBe(30)
  expect(parseOptions([...agentic, '--duration', '120'], {}).duration).toBe(120)
})

test('a remote target needs --allow-remote, and pnpm may leave its -- in front', () => {
  expect(parseOptions(['--', '--url', 'http://example.com', '--allow-remote'], {}).url).toBe('http://example.com')
})

test('--help is no error and tells how the durations of agentic combine', () => {
  expect(() => parseOptions(['--help'], {})).toThrow(
    expect.objectContaining({ exitCode: 0, message: expect.stringContaining('lasts as long as its two parts together') }),
  )
})
