import { expect, test } from 'vitest'
import { isWorst, readSeverities } from './severity.ts'

const rank = readSeverities()

test.each([
  ['info', 'warning'],
  ['none', 'info'],
  ['Warning', 'high'],
  ['warn', 'error'],
  ['P3', 'P2'],
  ['major', 'CRITICAL'],
])('%s is milder than %s', (milder, worse) => {
  expect(rank(milder)).toBeLessThan(rank(worse))
})

test.each(['Critical', ' critical ', 'page', 'P1', 'sev-1', 'unheard of', '', 'unknown', '致命的'])(
  '%j is as severe as critical',
  (word) => {
    expect(rank(word)).toBe(rank('critical'))
    expect(isWorst(rank, word)).toBe(true)
  },
)

test('the ranks are those of the configuration', () => {
  const own = readSeverities('green, amber|yellow, red')
  expect([own('Green'), own('yellow'), own('red'), own('critical')]).toEqual([0, 1, 2, 2])
})
