import { expect, test } from 'vitest'
import { decideClose } from './decide-close.ts'
import { decideFlap } from './decide-flap.ts'
import { decideJoin, type JoinDecision, type OpenIncident } from './decide-join.ts'
import { decideStatus } from './decide-status.ts'
import { readSeverities } from './severity.ts'

const rank = readSeverities()
const incident = (over: Partial<OpenIncident> = {}): OpenIncident => ({
  id: 'a',
  severity: 'warning',
  investigating: false,
  confirmed: true,
  ...over,
})
const alert = (severity: string) => ({ severity })

test.each<[string, ReturnType<typeof alert>, OpenIncident[], JoinDecision]>([
  ['the first of its service', alert('info'), [], { kind: 'open', reason: 'first_of_service' }],
  [
    'one that is investigated',
    alert('critical'),
    [incident({ investigating: true })],
    { kind: 'join', incidentId: 'a', reason: 'being_investigated' },
  ],
  ['more severe than the paged one', alert('critical'), [incident()], { kind: 'open', reason: 'more_severe' }],
  ['a severity that nobody knows', alert('whatever'), [incident()], { kind: 'open', reason: 'more_severe' }],
  ['not more severe', alert('Warn'), [incident()], { kind: 'join', incidentId: 'a', reason: 'not_more_severe' }],
  ['much less severe', alert('info'), [incident()], { kind: 'join', incidentId: 'a', reason: 'not_more_severe' }],
  [
    'as severe as can be, like the incident',
    alert('page'),
    [incident({ severity: 'critical' })],
    { kind: 'join', incidentId: 'a', reason: 'not_more_severe' },
  ],
  ['what its source may have forgotten', alert('info'), [incident({ confirmed: false })], { kind: 'open', reason: 'others_not_confirmed' }],
  [
    'the newest that fits',
    alert('error'),
    [incident(), incident({ id: 'b', severity: 'critical' })],
    { kind: 'join', incidentId: 'b', reason: 'not_more_severe' },
  ],
])('which incident: %s', (_title, given, open, decision) => {
  expect(decideJoin(given, open, rank)).toEqual(decision)
})

const NOW = new Date('2026-11-21T12:00:00Z')
const ended = (...secondsAgo: number[]) => secondsAgo.map((seconds) => new Date(NOW.getTime() - seconds * 1_000))

test.each<[string, Date[], number, string]>([
  ['twice is no flapping', ended(30, 90), 3, 'steady'],
  ['three ends within ten minutes, the last just now', ended(30, 90, 400), 3, 'flapping'],
  ['over for longer than two minutes', ended(130, 200, 400), 3, 'steady'],
  ['the third was long ago', ended(30, 90, 601), 3, 'steady'],
  ['ends after now say nothing', ended(-30, -90, -400), 3, 'steady'],
  ['switched off', ended(30, 60, 90, 120), 0, 'off'],
])('flapping: %s', (_title, ends, after, reason) => {
  expect(decideFlap(ends, NOW, after).reason).toBe(reason)
})

test.each([
  [true, 'model', 'diagnosed', 'resolved', 'is_over'],
  [false, 'model', 'diagnosed', 'diagnosed', 'understood'],
  [false, 'model', 'suspected', 'diagnosed', 'understood'],
  [false, 'model', 'inconclusive', 'inconclusive', 'not_understood'],
  [false, 'fallback', 'diagnosed', 'inconclusive', 'without_model'],
] as const)('status: over %s, by %s, %s', (isOver, madeBy, found, status, reason) => {
  expect(decideStatus(isOver, madeBy, { status: found })).toEqual({ status, reason })
})

test('an incident is over with its last episode', () => {
  expect([decideClose(0).kind, decideClose(1).kind, decideClose(9).kind]).toEqual(['close', 'keep', 'keep'])
})
