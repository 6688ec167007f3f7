import { expect, test } from 'vitest'
import { decideRanWell, type Reign } from './ran-well.ts'

const MINUTE = 60_000
const now = 100 * MINUTE
const reign = (minutes: number, more: Partial<Reign> = {}): Reign => ({
  release: 'r5',
  from: now - minutes * MINUTE,
  wasLeft: false,
  ...more,
})

test.each<[string, Reign[], boolean]>([
  ['never deployed', [], false],
  ['for nine minutes', [reign(9)], false],
  ['for ten minutes', [reign(10)], true],
  ['ten minutes long, some time ago', [reign(60, { to: now - 50 * MINUTE })], true],
  ['until somebody went back from it', [reign(60, { to: now - 20 * MINUTE, wasLeft: true })], false],
  ['again, after somebody went back from it', [reign(60, { to: now - 40 * MINUTE, wasLeft: true }), reign(30)], false],
  ['while another one', [reign(60, { release: 'r6' })], false],
])('a release that served all customers %s: ran well %s', (_when, reigns, ranWell) => {
  expect(decideRanWell('r5', reigns, now)).toBe(ranWell)
})
