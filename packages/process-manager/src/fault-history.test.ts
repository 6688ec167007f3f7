import { expect, test } from 'vitest'
import { FaultHistory } from './fault-history.ts'

const at = (seconds: number) => new Date(seconds * 1_000).toISOString()

/** Each call happens at its second. */
function historyAt(calls: [seconds: number, call: (history: FaultHistory) => void][], readAt: number) {
  let seconds = 0
  const history = new FaultHistory(() => seconds * 1_000)
  for (const [second, call] of calls) {
    seconds = second
    call(history)
  }
  seconds = readAt
  return history.list().faults.map(({ mode, started_at, ended_at }) => [mode, started_at, ended_at])
}

test.each<[string, Parameters<typeof historyAt>[0], number, [string, string, string | null][]]>([
  ['it acts', [[1, (h) => h.begin('errors', [8001], 60)]], 5, [['errors', at(1), null]]],
  ['its time is over', [[1, (h) => h.begin('errors', [8001], 60)]], 100, [['errors', at(1), at(61)]]],
  [
    'it was cleared',
    [
      [1, (h) => h.begin('errors', [8001], 60)],
      [9, (h) => h.end([8001])],
    ],
    100,
    [['errors', at(1), at(9)]],
  ],
  [
    'it was cleared in one of two',
    [
      [1, (h) => h.begin('errors', [8001, 8002], 60)],
      [9, (h) => h.end([8001])],
    ],
    20,
    [['errors', at(1), null]],
  ],
  [
    'another one took its place',
    [
      [1, (h) => h.begin('errors', [8001], 60)],
      [9, (h) => h.begin('cpu', [8001], 60)],
    ],
    20,
    [
      ['errors', at(1), at(9)],
      ['cpu', at(9), null],
    ],
  ],
  [
    'one of the database stands beside one of the instances',
    [
      [1, (h) => h.begin('errors', [8001], 60)],
      [9, (h) => h.begin('lock', ['database'], 60)],
    ],
    20,
    [
      ['errors', at(1), null],
      ['lock', at(9), null],
    ],
  ],
  [
    'it was cleared after its end',
    [
      [1, (h) => h.begin('errors', [8001], 5)],
      [9, (h) => h.end([8001])],
    ],
    20,
    [['errors', at(1), at(6)]],
  ],
])('the history of a fault when %s', (_case, calls, readAt, expected) => {
  expect(historyAt(calls, readAt)).toEqual(expected)
})

test('the history keeps the last 100', () => {
  const history = new FaultHistory()
  for (let i = 0; i < 150; i++) history.begin('errors', [i], 60)
  expect(
    history
      .list()
      .faults.map(({ targets }) => targets[0])
      .slice(0, 2),
  ).toEqual([50, 51])
})
