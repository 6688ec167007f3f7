import { expect, it } from 'vitest'
import { baselineOf, hasMoved } from './sli.ts'

it.each([
  ['a jump beyond six times the usual deviation', [0.1, 0.12, 0.08, 0.1, 0.11], 0.6, true],
  ['a change within the noise', [0.1, 0.3, 0.05, 0.4, 0.2], 0.5, false],
  ['a change below the grain of the figure', [0.1, 0.1, 0.1], 0.15, false],
  ['a fall as well as a rise', [2, 2, 2], 0.5, true],
])('%s counts as moved or not', (_, usual, value, moved) => {
  expect(hasMoved('latency', value, baselineOf(usual))).toBe(moved)
})
