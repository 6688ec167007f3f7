import { expect, test } from 'vitest'
import { withoutTakenBack } from './taken-back.ts'

const at = (seconds: number) => new Date(1_800_000_000_000 + seconds * 1_000).toISOString()
const change = (seconds: number, from: string, to: string, what = 'setting_changed inventory BADGES', ports: number[] = []) => ({
  at: at(seconds),
  what,
  by: 'someone',
  ports,
  from,
  to,
  release: null,
})
const until = (seconds: number) => Date.parse(at(seconds))

test('a setting that was set back before a trouble began, and what set it back, are no change', () => {
  const other = change(5, 'r4', 'r6', 'deploy_finished')
  expect(withoutTakenBack([change(30, 'on', 'off'), other, change(0, 'off', 'on')], until(60))).toEqual([other])
  expect(withoutTakenBack([change(9, '1', '3', 'scaled'), change(0, '3', '1', 'scaled')], until(60))).toEqual([])
})

test.each([
  ['is set back only afterwards', [change(90, 'on', 'off'), change(0, 'off', 'on')]],
  ['was set to something else', [change(30, 'on', 'auto'), change(0, 'off', 'on')]],
  ['was set back on other instances', [change(30, 'on', 'off', undefined, [8002]), change(0, 'off', 'on', undefined, [8001])]],
  ['was set once more since', [change(40, 'off', 'on'), change(30, 'on', 'off'), change(0, 'off', 'on')]],
])('a setting that %s stays', (_, changes) => {
  expect(withoutTakenBack(changes, until(60))).toEqual(changes)
})
