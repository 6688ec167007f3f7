import { expect, test } from 'vitest'
import { decideOutcome, type Judged, type Judging, type Look } from './decide-outcome.ts'

const rate = (now: number | null, worst: number | null): Judged => ({
  id: 'error_rate',
  limit: 0.05,
  grain: 0.05,
  says: (value) => `${Math.round(100 * value)} %`,
  before: { now, worst },
})
const look = (seconds: number, error_rate: number | null, ...firing: string[]): Look => ({ seconds, values: { error_rate }, firing })
const judge = (judged: Judged[], looks: Look[], firingBefore = ['Burst']) =>
  decideOutcome({ judged, looks, firingBefore, seconds: 60 } satisfies Judging)
const bad = [rate(0.4, 0.5)]

test.each<[what: string, judged: Judged[], looks: Look[], kind: string]>([
  ['no look yet', bad, [], 'watch'],
  ['the action’s own disturbance', bad, [look(5, 1), look(9, 1)], 'watch'],
  ['good once', bad, [look(15, 0)], 'watch'],
  ['good twice, and the alert silent', bad, [look(15, 0), look(20, 0)], 'verified'],
  ['good, but the alert lags', bad, [look(15, 0, 'Burst'), look(60, 0, 'Burst')], 'watch'],
  ['good for the first time at the end', bad, [look(55, 0, 'Burst'), look(60, 0)], 'watch'],
  ['good twice after the end', bad, [look(60, 0, 'Burst'), look(65, 0), look(70, 0)], 'verified'],
  [
    'good for half of the time, and an alert that looks back further',
    bad,
    [35, 40, 45, 50, 55, 60].map((s) => look(s, 0, 'Burst')),
    'verified',
  ],
  [
    'good again after a relapse within that half',
    bad,
    [30, 35, 40, 45, 50, 55, 60].map((s) => look(s, s === 45 ? 0.4 : 0, 'Burst')),
    'watch',
  ],
  ['never bad, and an alert that fires on', [rate(0, 0)], [35, 40, 45, 50, 55, 60].map((s) => look(s, 0, 'Burst')), 'watch'],
  ['good, and the alert fires twice as long', bad, [look(115, 0, 'Burst'), look(120, 0, 'Burst')], 'no_effect'],
  ['still bad at the end', bad, [look(55, 0.4, 'Burst'), look(60, 0.4, 'Burst')], 'no_effect'],
  ['nothing can be read', bad, [look(55, null), look(60, null)], 'no_effect'],
  ['worse twice', bad, [look(15, 0.9), look(20, 0.9)], 'watch'],
  ['worse three times', bad, [look(15, 0.9), look(20, 0.9), look(25, 0.9)], 'worse'],
  ['a little more than before is no change', bad, [look(15, 0.43), look(20, 0.43), look(25, 0.43)], 'watch'],
  ['a good figure that turned bad', [rate(0, 0)], [look(15, 0.3), look(20, 0.3), look(25, 0.3)], 'worse'],
  ['recovered before it ran', [rate(0, 0.5)], [look(15, 0), look(20, 0)], 'coincidence'],
  ['never bad, and its alert silent now', [rate(0, 0)], [look(15, 0), look(20, 0)], 'verified'],
  ['never bad, and its alert fires on', [rate(0, 0)], [look(15, 0, 'Burst'), look(60, 0, 'Burst'), look(120, 0, 'Burst')], 'no_effect'],
])('%s', (_what, judged, looks, kind) => {
  expect(judge(judged, looks).kind).toBe(kind)
})

test('one scrape in which a new process was still starting is no harm, however short the verification', () => {
  const looks = [2.5, 3.75, 5, 6.25, 7.5].map((seconds) => look(seconds, 0.9, 'Burst'))
  expect(decideOutcome({ judged: [rate(0, 0)], firingBefore: ['Burst'], looks, seconds: 15 }).kind).toBe('watch')
  expect(
    decideOutcome({ judged: [rate(0, 0)], firingBefore: ['Burst'], looks: [...looks, look(8.75, 0.9, 'Burst')], seconds: 15 }).kind,
  ).toBe('worse')
})

test('where no figure was bad and no alert fired before, there was nothing to cure', () => {
  expect(judge([rate(0, 0)], [look(15, 0), look(20, 0)], [])).toMatchObject({ kind: 'coincidence', verification: { sli: 'alerts_firing' } })
})

test('an alert that ended with the last look is not said to fire on', () => {
  const looks = [35, 40, 45, 50, 55].map((s) => look(s, 0, 'Burst'))
  expect(judge(bad, [...looks, look(60, 0)])).toMatchObject({
    kind: 'verified',
    message: '40 % before, 0 % now; no alert of the incident fires.',
  })
})
