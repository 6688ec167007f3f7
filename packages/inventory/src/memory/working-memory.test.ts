import { expect, it } from 'vitest'
import { AREA_BYTES, WorkingMemory } from './working-memory.ts'

const MIB = 1_048_576
const AREAS_A_MIB = MIB / AREA_BYTES

it('hands out areas that do not overlap, and uses those again that were given back', () => {
  const memory = new WorkingMemory()
  const [one, two] = [memory.take(), memory.take()]
  one.bytes.fill(1)
  two.bytes.fill(2)
  expect(new Set(one.bytes)).toEqual(new Set([1]))
  expect(memory.inUse).toBe(2 * AREA_BYTES)
  one.giveBack()
  expect(memory.take().bytes).toBe(one.bytes)
})

it('ends with the error of V8 that it cannot grow, and goes on when there is room again', () => {
  const memory = new WorkingMemory()
  memory.limit(2 * MIB)
  const areas = Array.from({ length: 2 * AREAS_A_MIB }, () => memory.take())
  expect(() => memory.take()).toThrow(
    expect.objectContaining({
      name: 'RangeError',
      code: 'ENOMEM',
      message: 'Out of memory: all 2 MiB of working memory are in use',
      cause: expect.objectContaining({ name: 'RangeError', message: expect.stringContaining('resize') }),
    }),
  )
  areas[0]?.giveBack()
  expect(memory.take().bytes).toBe(areas[0]?.bytes)
})

it('keeps what is in use valid under another limit, and gives the memory back with the last of it', () => {
  const memory = new WorkingMemory()
  const areas = Array.from({ length: 64 * AREAS_A_MIB }, () => memory.take())
  for (const area of areas) area.bytes.fill(7)
  const held = process.memoryUsage.rss()
  memory.limit()
  expect(memory.inUse).toBe(0)
  const [last, ...others] = areas
  for (const area of others) area.giveBack()
  expect(last?.bytes.at(-1)).toBe(7)
  last?.giveBack()
  expect(process.memoryUsage.rss()).toBeLessThan(held - 48 * MIB)
})
