import { expect, test } from 'vitest'
import { decideLook } from './decide-look.ts'

const asking = (elapsedMs: number, looks: number, failures = 0) => decideLook({ elapsedMs, looks, failures, settleMs: 30_000 })

test.each([
  ['the first question comes after 2 s', asking(0, 0), { kind: 'look', afterMs: 2_000 }],
  ['the second one at 10 s', asking(2_000, 1), { kind: 'look', afterMs: 8_000 }],
  ['the third at 30 s', asking(10_000, 2), { kind: 'look', afterMs: 20_000 }],
  ['then the message is repeated', asking(30_000, 3), { kind: 'repeat', reason: 'not_there' }],
  ['never before 30 s', asking(29_999, 2), { kind: 'look' }],
  ['a question without an answer does not count', asking(30_000, 0, 1), { kind: 'look', afterMs: 4_000, reason: 'could_not_ask' }],
  ['questions after an outage keep their distance', asking(300_000, 1), { kind: 'look', afterMs: 2_000 }],
  ['a vendor that cannot be asked for ten minutes is not waited for', asking(600_001, 0, 9), { kind: 'repeat', reason: 'cannot_be_asked' }],
])('%s', (_title, decision, expected) => {
  expect(decision).toMatchObject(expected)
})
