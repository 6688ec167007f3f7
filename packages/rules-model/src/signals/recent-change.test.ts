import { expect, test } from 'vitest'
import type { Facts } from '../facts/facts.ts'
import { recentChange } from './recent-change.ts'

const BEGAN = Date.parse('2026-01-01T00:00:00Z')
const timeOf = (seconds: number) => new Date(BEGAN + seconds * 1_000).toISOString()

interface Told {
  changes: object[]
  /** Seconds after the beginning. */
  now?: number
  endedAt?: number
  /** Nothing that was read tells when it began; a person reported it then, in seconds. */
  reportedAt?: number
}

/** Requests fail from second 0; what is looked at `now`, the newest change first. */
function read({ changes, now = 30, endedAt, reportedAt }: Told) {
  const onset = { at: timeOf(0), ended_at: endedAt === undefined ? null : timeOf(endedAt), error_rate_before: 0, error_rate_within: 0.5 }
  const call = { id: 'c', content: JSON.stringify({ changes, onset }) }
  const facts = {
    alerts: [{ alertname: 'InventoryHighErrorRate', summary: '', labels: reportedAt === undefined ? {} : { external_id: 'INC1' } }],
    symptoms: new Set(['errors']),
    startedAt: BEGAN + (reportedAt ?? 20) * 1_000,
    now: BEGAN + now * 1_000,
    pace: 1,
    instances: { kind: 'not_asked' },
    metric: () => ({ kind: 'not_asked' }),
    result: () => ({ kind: 'seen', value: { changes }, call }),
    rate: reportedAt === undefined ? { kind: 'seen', value: { onset }, call } : { kind: 'not_asked' },
  }
  return recentChange.read(facts as unknown as Facts) // Only what is read.
}

const deploy = (seconds: number, release: string, from: string, what = 'deploy_finished') => ({
  ...{ at: timeOf(seconds), what, by: 'somebody', ports: [1, 2], release, from, to: null },
})
const setting = (seconds: number, from: string, to: string, ports: number[] = []) => ({
  ...{ at: timeOf(seconds), what: 'setting_changed inventory BADGES', by: 'somebody', ports, release: null, from, to },
})

test('a release that was taken back is told with when that was', () => {
  const found = read({ changes: [deploy(25, 'r4', 'r6'), deploy(-3, 'r6', 'r4')], endedAt: 26 })
  expect(found).toMatchObject({ level: 'release', text: 'at 00:00:25 UTC', notes: ['r6'] })
  expect(found).toMatchObject({ says: expect.stringContaining('release r6 was put in place of r4') })
  expect(found).toMatchObject({ says: expect.stringContaining('it was taken back at 00:00:25 UTC') })
})

test('a trouble that goes on well after the change was taken back had another reason', () => {
  const changes = [setting(5, 'on', 'off'), setting(-3, 'off', 'on')]
  expect(read({ changes, now: 30 })).toMatchObject({ level: 'setting' })
  expect(read({ changes, now: 90 })).toMatchObject({ level: 'other', says: expect.stringContaining('and the trouble goes on') })
})

test('what was taken back before the trouble began is not its reason', () => {
  expect(read({ changes: [deploy(-60, 'r4', 'r6'), deploy(-90, 'r6', 'r4')] })).toMatchObject({ level: 'earlier' })
})

test.each([
  ['on other instances', [setting(5, 'on', 'off', [2]), setting(-3, 'off', 'on', [1])]],
  ['to another value', [setting(5, 'on', 'maybe'), setting(-3, 'off', 'on')]],
  ['a deploy that has only begun', [deploy(5, 'r4', 'r6', 'deploy_started'), deploy(-3, 'r6', 'r4')]],
])('%s nothing is taken back', (_, changes) => {
  expect(read({ changes })).not.toHaveProperty('text', expect.stringContaining('at'))
})

test('when a trouble that a person reports began is not known, so nothing is said to have been changed before it, or not', () => {
  expect(read({ changes: [], reportedAt: 1_200 })).toMatchObject({
    level: 'undated',
    says: expect.stringContaining('when the trouble began is not known'),
  })
  expect(read({ changes: [deploy(0, 'r6', 'r4')], reportedAt: 1_200 })).toMatchObject({
    level: 'undated',
    says: expect.stringMatching(/r6 .* whether the trouble began before or after it is not known/),
  })
  // What was changed a moment before the report is worth naming whenever it began.
  expect(read({ changes: [deploy(1_190, 'r6', 'r4')], reportedAt: 1_200 })).toMatchObject({ level: 'release' })
  expect(read({ changes: [] })).toMatchObject({ level: 'none' })
})
