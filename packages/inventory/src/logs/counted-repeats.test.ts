import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { CountedRepeats } from './counted-repeats.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function build() {
  const lines: string[] = []
  const repeats = new CountedRepeats({ write: (line) => lines.push(line) })
  let requests = 0
  const fail = (message: string, route = '/items/:id') => {
    requests += 1
    const err = { type: 'Error', message, stack: new Error(message).stack }
    const line = {
      level: 50,
      time: Date.now(),
      pid: 7,
      name: 'inventory',
      reqId: `req-${requests}`,
      err,
      method: 'GET',
      route,
      msg: 'request failed',
    }
    repeats.write(`${JSON.stringify(line)}\n`)
  }
  const inform = (msg: string) => repeats.write(`${JSON.stringify({ level: 30, msg })}\n`)
  return { lines, repeats, fail, inform, seen: () => lines.map((line) => JSON.parse(line)) }
}

it('writes the first of a thousand failures that are alike, and then their number', () => {
  const { lines, fail, seen } = build()
  for (let i = 0; i < 1_000; i += 1) fail('Connection terminated unexpectedly')
  expect(lines).toHaveLength(1)
  expect(seen()[0].err.stack).toContain('counted-repeats.test.ts')
  vi.advanceTimersByTime(10_000)
  expect(seen().slice(1)).toMatchObject([
    { msg: 'request failed as before', repeats: 999, seconds: 10, route: '/items/:id', error: 'Error: Connection terminated unexpectedly' },
  ])
  expect(lines[1]?.length).toBeLessThan(400)
})

it('tells failures apart by route and by error', () => {
  const { lines, fail } = build()
  fail('one')
  fail('two')
  fail('one', '/items')
  fail('one')
  expect(lines).toHaveLength(3)
})

it('writes a failure whole again when it had stopped for a while', () => {
  const { fail, seen } = build()
  fail('one')
  vi.advanceTimersByTime(10_000)
  fail('one')
  expect(seen().map(({ msg }) => msg)).toEqual(['request failed', 'request failed'])
})

it('writes every other line as it is, and what is counted at its end', () => {
  const { fail, inform, repeats, seen } = build()
  fail('one')
  fail('one')
  inform('the database is ready')
  inform('the database is ready')
  repeats[Symbol.dispose]()
  expect(seen().map(({ msg }) => msg)).toEqual([
    'request failed',
    'the database is ready',
    'the database is ready',
    'request failed as before',
  ])
})

it('keeps few kinds of failures, however many there are', () => {
  const { lines, fail } = build()
  for (let i = 0; i < 1_000; i += 1) fail(`number ${i}`)
  expect(lines).toHaveLength(50)
})
