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
const USUAL = { seconds: 60, alertLags: [], longestSeconds: 600 }
const judge = (judged: Judged[], looks: Look[], firingBefore = ['Burst'], lags: Partial<Judging> = {}) =>
  decideOutcome({ ...USUAL, judged, looks, firingBefore, ...lags } satisfies Judging)
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
  expect(judge([rate(0, 0)], looks, ['Burst'], { seconds: 15 }).kind).toBe('watch')
  expect(judge([rate(0, 0)], [...looks, look(8.75, 0.9, 'Burst')], ['Burst'], { seconds: 15 }).kind).toBe('worse')
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

/** As the slow link's: its rule looks back a minute. */
const minute = { seconds: 15, alertLags: [{ alertname: 'Slow', looksBackSeconds: 60, seconds: 70 }] }
const firingUntil = (last: number, lags: Partial<Judging> = minute) =>
  judge(
    [rate(0, 0)],
    [5, 15, 31, 45, 60, 71, last].map((s) => look(s, 0, 'Slow')),
    ['Slow'],
    lags,
  )

test('an action whose alert looks back a minute is not said to have had no effect before that minute is over', () => {
  expect(firingUntil(72)).toEqual({ kind: 'watch', reason: 'remembers' })
  expect(firingUntil(73)).toMatchObject({
    kind: 'no_effect',
    message: expect.stringContaining('Slow still fires, though its rule looks back 60 s only'),
  })
  const ended = [look(31, 0, 'Slow'), look(66, 0, 'Slow'), look(70, 0), look(72, 0)]
  expect(judge([rate(0, 0)], ended, ['Slow'], minute).kind).toBe('verified')
})

test('where nobody says how far the rule looks back, twice the usual time is given', () => {
  expect(firingUntil(119, { seconds: 15 })).toEqual({ kind: 'watch', reason: 'remembers' })
  expect(firingUntil(120, { seconds: 15 })).toMatchObject({
    kind: 'no_effect',
    message: expect.stringContaining('how far its rule looks back is not known'),
  })
})

test('no action is watched for an alert that looks back a day; that it may be too early is said', () => {
  const day = { seconds: 15, alertLags: [{ alertname: 'Slow', looksBackSeconds: 86_400, seconds: 86_410 }] }
  expect(firingUntil(599, day).kind).toBe('watch')
  expect(firingUntil(600, day)).toMatchObject({
    kind: 'no_effect',
    message: expect.stringContaining('but its rule looks back 86400 s, and no action is watched for so long'),
  })
})

test('a figure that is bad still decides as soon as it no longer remembers, whatever its alert does', () => {
  const [figure] = bad
  const remembering = { ...figure, before: { now: 0.4, worst: 0.5, lagSeconds: 20 } } as Judged
  const at = (seconds: number) =>
    judge(
      [remembering],
      [10, 15, seconds].map((s) => look(s, 0.4, 'Slow')),
      ['Slow'],
      minute,
    ).kind
  expect([at(16), at(22), at(23)]).toEqual(['watch', 'watch', 'no_effect'])
})

test('worse is said early, however far the alert looks back', () => {
  expect(
    judge(
      [rate(0, 0)],
      [3, 6, 9.5].map((s) => look(s, 0.9, 'Slow')),
      ['Slow'],
      minute,
    ).kind,
  ).toBe('worse')
})

test('a figure that goes to and fro about its limit had not recovered while an alert fired', () => {
  const p95: Judged = { ...rate(0.46, 0.8), id: 'latency_p95_seconds', limit: 0.5, grain: 0.1, says: (value) => `${value} s` }
  const at = (seconds: number, value: number, ...firing: string[]): Look => ({ seconds, values: { latency_p95_seconds: value }, firing })
  const ended = judge([p95], [at(31, 0.3, 'Slow'), at(66, 2.08), at(70, 0.4)], ['Slow'], minute)
  expect(ended).toMatchObject({ kind: 'verified', message: 'Slow fired before, none now; no alert of the incident fires.' })
  const clearly = { ...p95, before: { now: 0.1, worst: 0.8 } }
  expect(judge([clearly], [at(31, 0.1, 'Slow'), at(66, 0.1), at(70, 0.1)], ['Slow'], minute).kind).toBe('coincidence')
})
