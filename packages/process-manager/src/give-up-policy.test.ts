import { expect, it } from 'vitest'
import { decideAfterExit } from './give-up-policy.ts'

const now = Date.parse('2026-01-01T12:00:00Z')
const startsEvery = (seconds: number, count: number) => Array.from({ length: count }, (_, i) => now - i * seconds * 1_000)

it.each([
  ['restarts after a first exit', { quickExits: 1, starts: startsEvery(0, 1) }, { kind: 'restart', afterMs: 500 }],
  ['waits longer after each exit', { quickExits: 4, starts: startsEvery(5, 4) }, { kind: 'restart', afterMs: 4_000 }],
  [
    'gives up after ten starts within a minute',
    { quickExits: 1, starts: startsEvery(6, 10) },
    { kind: 'give_up', reason: '10 starts within a minute' },
  ],
  ['forgets starts of more than a minute ago', { quickExits: 1, starts: startsEvery(7, 50) }, { kind: 'restart', afterMs: 500 }],
  [
    'gives up a slow loop too',
    { quickExits: 10, starts: startsEvery(15, 10) },
    { kind: 'give_up', reason: '10 starts in a row that ended soon' },
  ],
])('%s', (_, history, decision) => {
  expect(decideAfterExit({ ...history, now })).toMatchObject(decision)
})
