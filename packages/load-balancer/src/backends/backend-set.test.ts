import { expect, test } from 'vitest'
import { createRoundRobin } from '../policies/round-robin.ts'
import type { Backend } from './backend.ts'
import { BackendSet } from './backend-set.ts'
import type { ProbeOutcome } from './probe-history.ts'

function setOf(...names: string[]) {
  const clock = { ms: 0 }
  const told: string[] = []
  const set = new BackendSet({
    policy: createRoundRobin(),
    maxInFlight: 2,
    ejectAfter: 3,
    now: () => clock.ms,
    listener: {
      opened: () => {},
      ejected: ({ url }, reason, forMs) => told.push(`${url.slice(7)} ejected: ${reason}, ${forMs} ms`),
      reinstated: ({ url }, by) => told.push(`${url.slice(7)} back: ${by}`),
      probesChanged: ({ url }, healthy) => told.push(`${url.slice(7)} ${healthy ? 'up' : 'down'}`),
      lost: () => {},
    },
  })
  set.replace(names.map((name) => `http://${name}`))
  const wait = (ms: number) => {
    clock.ms += ms
    set.sweep(clock.ms)
  }
  const find = (name: string): Backend => {
    const found = set.all.find(({ url }) => url === `http://${name}`)
    if (!found) throw new Error(`no ${name}`)
    return found
  }
  const take = (count: number) => Array.from({ length: count }, () => set.pick()?.url.slice(7)).sort()
  const probe = (name: string, ...outcomes: ProbeOutcome[]) => {
    for (const outcome of outcomes) set.probed(find(name), outcome)
  }
  return { set, told, wait, find, take, probe }
}

test('each backend gets its turn', () => {
  expect(setOf('a', 'b', 'c').take(6)).toEqual(['a', 'a', 'b', 'b', 'c', 'c'])
})

test('a second try goes to another backend, to an available one first', () => {
  const { set, find } = setOf('a', 'b', 'c')
  set.failed(find('b'), 'connect_failed')
  for (let i = 0; i < 4; i += 1) expect(set.pickOther(find('a'))?.url).toBe('http://c')
  set.failed(find('c'), 'connect_failed')
  expect(['http://b', 'http://c']).toContain(set.pickOther(find('a'))?.url)
  expect(setOf('a').set.pickOther(find('a'))?.url).not.toBe('http://z')
})

test('a refused connection ejects at once; other failures when there are three in a row', () => {
  const { set, told, find, take } = setOf('a', 'b', 'c', 'd')
  set.failed(find('a'), 'connect_failed')
  set.failed(find('b'), 'connection_lost')
  set.failed(find('b'), 'read_timeout')
  set.answered(find('b'), 500)
  set.failed(find('b'), 'read_timeout')
  set.failed(find('b'), 'read_timeout')
  expect(told).toEqual(['a ejected: refused, 1000 ms'])
  set.failed(find('b'), 'bad_answer')
  expect(told[1]).toBe('b ejected: consecutive_failures, 1000 ms')
  expect(take(4)).toEqual(['c', 'c', 'd', 'd'])
})

test('after an ejection one request is the trial; it ends the ejection or doubles it, up to 30 s', () => {
  const { set, told, wait, find } = setOf('a', 'b', 'c')
  const a = find('a')
  set.failed(a, 'connect_failed')
  for (const seconds of [1, 2, 4, 8, 16, 30]) {
    wait(seconds * 1_000 - 1)
    expect(a.available).toBe(false)
    wait(1)
    expect(a.available).toBe(true)
    set.begin(a)
    expect(a.available).toBe(false)
    set.end(a)
    set.failed(a, 'connect_failed')
  }
  expect(told.at(-1)).toBe('a ejected: failed_trial, 30000 ms')
  wait(30_000)
  set.begin(a)
  set.end(a)
  set.answered(a, 200)
  expect([told.at(-1), a.available]).toEqual(['a back: trial', true])
})

test('what was forgiven for a minute begins small again', () => {
  const { set, told, wait, find } = setOf('a', 'b', 'c')
  set.failed(find('a'), 'connect_failed')
  wait(1_000)
  set.answered(find('a'), 200)
  set.failed(find('a'), 'connect_failed')
  expect(told.at(-1)).toBe('a ejected: refused, 2000 ms')
  wait(2_000)
  set.answered(find('a'), 200)
  wait(60_001)
  set.failed(find('a'), 'connect_failed')
  expect(told.at(-1)).toBe('a ejected: refused, 1000 ms')
})

test('good probes bring a backend back that refused, not one that was too slow', () => {
  const { set, told, find, probe } = setOf('a', 'b', 'c', 'd', 'e')
  set.failed(find('a'), 'connect_failed')
  for (let i = 0; i < 3; i += 1) set.failed(find('b'), 'read_timeout')
  probe('a', 'good', 'good')
  probe('b', 'good', 'good')
  expect(told.slice(2)).toEqual(['a back: probes'])
  probe('b', 'refused')
  probe('b', 'good', 'good')
  expect(told.slice(3)).toEqual(['b down', 'b back: probes', 'b up'])
})

test('with fewer than half available all are used', () => {
  const { set, find, take, probe } = setOf('a', 'b', 'c', 'd')
  probe('a', 'refused')
  set.failed(find('b'), 'connect_failed')
  expect([set.panicking, take(2)]).toEqual([false, ['c', 'd']])
  probe('c', 'refused')
  expect([set.panicking, take(4)]).toEqual([true, ['a', 'b', 'c', 'd']])
})

test('a full backend gets nothing more, and when all are full nobody does', () => {
  const { set, find } = setOf('a', 'b')
  for (const name of ['a', 'a', 'b', 'b']) set.begin(find(name))
  expect([set.pick(), set.pickOther(find('a'))]).toEqual([undefined, undefined])
  set.end(find('b'))
  expect(set.pick()).toBe(find('b'))
})

test('a replaced list keeps what is known of those that stay, names nobody twice, and knows nothing of who comes again', () => {
  const { set, find } = setOf('a', 'b')
  const a = find('a')
  set.failed(find('b'), 'connect_failed')
  set.replace(['http://c', 'http://a', 'http://c'])
  expect(set.urls()).toEqual(['http://c', 'http://a'])
  expect(find('a')).toBe(a)
  set.replace(['http://a', 'http://b'])
  expect(find('b').available).toBe(true)
  set.replace([])
  expect(set.pick()).toBeUndefined()
})
