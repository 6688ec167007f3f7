import { expect, test } from 'vitest'
import { createBackendSet } from './backend-set.ts'

function setOf(...names: string[]) {
  const clock = { ms: 0 }
  const set = createBackendSet({ connectTimeoutMs: 100, readTimeoutMs: 100, now: () => clock.ms })
  set.replace(names.map((name) => `http://${name}`))
  const take = (count: number) => Array.from({ length: count }, () => set.pick([])?.url.slice('http://'.length))
  return { set, clock, take }
}

test('each backend gets its turn', () => {
  expect(setOf('a', 'b', 'c').take(7)).toEqual(['a', 'b', 'c', 'a', 'b', 'c', 'a'])
})

test('a request does not meet a backend that it has tried', () => {
  const { set } = setOf('a', 'b')
  const first = set.pick([])
  const second = set.pick(first ? [first] : [])
  expect([first?.url, second?.url]).toEqual(['http://a', 'http://b'])
  expect(set.pick([first, second].flatMap((each) => each ?? []))).toBeUndefined()
})

test('a backend that refused is passed over for two seconds, the others share its turn evenly', () => {
  const { set, clock, take } = setOf('a', 'b', 'c')
  take(1)
  const b = set.pick([])
  if (b) set.passOver(b)
  expect(take(4)).toEqual(['c', 'a', 'c', 'a'])
  clock.ms = 2_000
  expect(take(3)).toEqual(['b', 'c', 'a'])
})

test('when all have refused they are tried anyway', () => {
  const { set } = setOf('a')
  const a = set.pick([])
  if (a) set.passOver(a)
  expect(set.pick([])).toBe(a)
})

test('a replaced list keeps the connections of those that stay and names nobody twice', () => {
  const { set } = setOf('a', 'b')
  const a = set.pick([])
  set.replace(['http://c', 'http://a', 'http://c'])
  expect(set.urls()).toEqual(['http://c', 'http://a'])
  expect([set.pick([]), set.pick([])]).toContain(a)
  set.replace([])
  expect(set.pick([])).toBeUndefined()
})
