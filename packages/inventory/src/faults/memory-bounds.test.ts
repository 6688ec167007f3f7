import { expect, it } from 'vitest'
import { leavesReserve } from './memory-bounds.ts'

const MIB = 1_048_576

it.each([
  [4, 1_024, true],
  [4, 516, true],
  [4, 515, false],
  [4, 0, false],
])('%i MiB out of %i MiB: %s', (wanted, available, answer) => expect(leavesReserve(wanted * MIB, available * MIB)).toBe(answer))

it('asks the system when it is not told', () => {
  expect(leavesReserve(0)).toBe(true)
  expect(leavesReserve(Number.MAX_SAFE_INTEGER)).toBe(false)
})
