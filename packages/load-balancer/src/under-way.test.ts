import fc from 'fast-check'
import { expect, it } from 'vitest'
import { UnderWay } from './under-way.ts'

it('holds what was added and has not left, whatever the order', () => {
  const steps = fc.array(fc.record({ add: fc.boolean(), which: fc.nat(9) }), { maxLength: 60 })
  fc.assert(
    fc.property(steps, (all) => {
      const things = Array.from({ length: 10 }, (_, name) => ({ name, index: -1 }))
      const list = new UnderWay<(typeof things)[number]>()
      const expected = new Set<number>()
      for (const { add, which } of all) {
        const thing = things[which]
        if (!thing || (add && expected.has(which))) continue
        if (add) list.add(thing)
        else list.delete(thing)
        if (add) expected.add(which)
        else expected.delete(which)
      }
      const seen: number[] = []
      list.forEachUntil(Number.POSITIVE_INFINITY, ({ name }) => {
        seen.push(name)
      })
      expect(seen.sort()).toEqual([...expected].sort())
    }),
  )
})

it('visits all while the visited ones leave', () => {
  const list = new UnderWay<{ name: number; index: number }>()
  for (const name of [1, 2, 3, 4]) list.add({ name, index: -1 })
  const seen: number[] = []
  list.forEachUntil(Number.POSITIVE_INFINITY, (one) => {
    seen.push(one.name)
    if (one.name % 2 === 0) list.delete(one)
  })
  expect(seen.sort()).toEqual([1, 2, 3, 4])
})

it('ends when its time is over, and goes on from there: all are visited in turn', () => {
  const list = new UnderWay<{ name: number; index: number }>()
  for (let name = 0; name < 100; name += 1) list.add({ name, index: -1 })
  const seen: number[] = []
  let calls = 0
  while (new Set(seen).size < 100 && calls < 100) {
    calls += 1
    list.forEachUntil(0, ({ name }) => {
      seen.push(name)
    })
  }
  expect(calls).toBeGreaterThan(5)
  expect(seen.slice(0, 100).toSorted((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, name) => name))
})

it('visits all of a list that empties itself in several calls', () => {
  const list = new UnderWay<{ name: number; index: number }>()
  for (let name = 0; name < 100; name += 1) list.add({ name, index: -1 })
  const seen: number[] = []
  for (let calls = 0; calls < 100; calls += 1)
    list.forEachUntil(0, (one) => {
      seen.push(one.name)
      list.delete(one)
    })
  expect(seen.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, name) => name))
})
