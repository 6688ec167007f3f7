import { expect, it } from 'vitest'
import { createAddressBook, MAX_PORT_OFFSET, MAX_REPLICAS } from './address-book.ts'

it('gives every part a port of its own, also beside the instances', () => {
  const { ports } = createAddressBook(0)
  const { firstInstance, lastInstance, ...others } = ports
  const instances = Array.from({ length: MAX_REPLICAS }, (_, index) => firstInstance + index)
  expect(instances.at(-1)).toBe(lastInstance)
  const all = [...instances, ...Object.values(others)]
  expect(new Set(all).size).toBe(all.length)
})

it('keeps every port below 65,536 at the greatest offset', () => {
  expect(Math.max(...Object.values(createAddressBook(MAX_PORT_OFFSET).ports))).toBeLessThan(65_536)
})

it.each([-1, 0.5, Number.NaN, MAX_PORT_OFFSET + 1])('refuses the offset %s', (offset) => {
  expect(() => createAddressBook(offset)).toThrow(/integer from 0 to 50000/)
})
