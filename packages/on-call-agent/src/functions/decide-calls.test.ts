import { expect, test } from 'vitest'
import { call } from '../../test-parts/scripted-model.ts'
import { decideCalls } from './decide-calls.ts'
import { LIMITS } from './limits.ts'

const different = (count: number, from = 0) =>
  Array.from({ length: count }, (_, i) => call(`c${from + i}`, 'query_prometheus', { query: `up == ${from + i}` }))
const kinds = (...args: Parameters<typeof decideCalls>) => decideCalls(...args).map((each) => (each.kind === 'make' ? 'make' : each.reason))

test('twelve calls of an answer are made', () => {
  expect(kinds([], different(500), LIMITS).filter((kind) => kind === 'make')).toHaveLength(12)
})

test('32 calls of a run are made', () => {
  expect(kinds(different(28), different(8, 28), LIMITS)).toEqual([...Array(4).fill('make'), ...Array(4).fill('too_many_calls')])
})

test('the same call is made twice, however it is spaced', () => {
  const same = ['{"query":"up"}', '{ "query": "up" }', '{"query":"up"}'].map((args, i) => call(`c${i}`, 'query_prometheus', args))
  expect(kinds([], same, LIMITS)).toEqual(['make', 'make', 'repeated_call'])
  expect(kinds(same.slice(0, 2), [...same.slice(2), call('x', 'fetch_logs', '{"query":"up"}')], LIMITS)).toEqual(['repeated_call', 'make'])
})
