import { expect, test } from 'vitest'
import { paceOf, windowOver } from './scrape-pace.ts'

test.each([
  [undefined, 1, 60, 15],
  [5, 1, 60, 15],
  [1, 0.2, 12, 3],
  [0.5, 0.2, 12, 3],
  [2, 0.4, 24, 6],
  [15, 1, 60, 45],
  [30, 1, 120, 90],
])('with scrapes every %s s the pace is %s, a minute %s s and 15 s are %s s', (every, pace, minute, newest) => {
  expect(paceOf(every)).toBe(pace)
  expect([windowOver(60, every), windowOver(15, every, 3)]).toEqual([minute, newest])
})
