import { expect, test } from 'vitest'
import { decidePath } from './path-guard.ts'

test.each([
  '/faults',
  '/faults/',
  '/faults?mode=none',
  '/faults/x',
  '//faults',
  '/./faults',
  '/items/../faults',
  '/%66aults',
  '/%2566aults',
  '/FAULTS',
  '/faults%2f',
  '/%2e%2e/faults',
  '/items/%2e%2e%2ffaults',
  '/faults;x=1',
  '/faults%3Fx',
  '/faults#x',
  '\\faults',
  '/\\faults',
  '/faults/../items',
  '/metrics/',
  '/Metrics',
  '/%6detrics',
  '//metrics',
])('%s never leaves the balancer', (path) => {
  expect(decidePath(path).kind).not.toBe('proxy')
  expect(decidePath(path).kind).not.toBe('local_only')
})

test.each([
  '/items/../x',
  '/./items',
  '/items/%2e%2e/x',
  '//items',
  '/items//1',
  '/a\\b',
  '/path%00',
  '/%0d%0aX: y',
  `/%${'25'.repeat(9)}41`,
])('%s is refused, because readers disagree on it', (path) => {
  expect(decidePath(path)).toEqual({ kind: 'malformed', reason: 'ambiguous_path' })
})

test.each(['/logs/tail', '/logs/tail?seconds=15', '/%6cogs/tail'])('%s is for callers on this machine', (path) => {
  expect(decidePath(path)).toEqual({ kind: 'local_only', reason: 'log_route' })
})

test.each([
  '/',
  '/items/1',
  '/items/faults',
  '/items?next=/metrics',
  '/faultsy',
  '/random-endpoint/error',
  '/a%2',
  '/items/%zz',
  '/items/a%2Fb',
  '/items/a.b',
  '/caf%C3%A9',
])('%s goes to a backend', (path) => {
  expect(decidePath(path)).toEqual({ kind: 'proxy', reason: 'ordinary' })
})

test('only the plain spelling is the own route', () => {
  expect(decidePath('/metrics?x=1')).toEqual({ kind: 'own', reason: 'metrics' })
  expect(decidePath('/healthz')).toEqual({ kind: 'own', reason: 'health' })
})
