import { expect, it } from 'vitest'
import { decideRestart } from './restart-policy.ts'

it.each([
  [1, 500, 'first_exit'],
  [2, 1_000, 'repeated_exit'],
  [4, 4_000, 'repeated_exit'],
  [5, 8_000, 'repeated_exit'],
  [50, 8_000, 'repeated_exit'],
])('restarts after the %i. quick exit in %i ms', (exits, afterMs, reason) => {
  expect(decideRestart(exits)).toEqual({ kind: 'restart', afterMs, reason })
})
