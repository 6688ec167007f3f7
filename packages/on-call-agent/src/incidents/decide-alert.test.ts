import { expect, test } from 'vitest'
import { receivedAlert } from '../../test-parts/alerts.ts'
import { type AlertDecision, decideAlert, type KnownEpisode } from './decide-alert.ts'

const [EARLIER, THEN, LATER] = ['2026-11-21T09:00:00.000Z', '2026-11-21T10:00:00.000Z', '2026-11-21T11:00:00.000Z'] as const
const ENDED = '2026-11-21T12:00:00.000Z'
/** The clock stands shortly after the end. */
const NOW = new Date('2026-11-21T12:00:30.000Z')
const open = (startsAt: string, id = 1): KnownEpisode => ({ id, startsAt, closedAt: null })
const ended = (startsAt: string, id = 1): KnownEpisode => ({ id, startsAt, closedAt: ENDED })
const firing = receivedAlert({ startsAt: THEN })
const resolved = receivedAlert({ startsAt: THEN, status: 'resolved' })

const table: [string, typeof firing, KnownEpisode[], AlertDecision][] = [
  ['a first firing opens an episode', firing, [], { kind: 'open', supersedes: null, reason: 'new_episode' }],
  ['a repeated firing changes nothing', firing, [open(THEN)], { kind: 'ignore', episode: 1, reason: 'repeated' }],
  ['a firing that comes after its resolve is late', firing, [ended(THEN)], { kind: 'ignore', episode: 1, reason: 'late' }],
  [
    'a firing after the end of an earlier episode opens one',
    firing,
    [ended(EARLIER)],
    { kind: 'open', supersedes: null, reason: 'new_episode' },
  ],
  [
    'a later firing while an episode is open ends that one',
    firing,
    [ended('2026-11-21T08:00:00.000Z', 1), open(EARLIER, 2)],
    { kind: 'open', supersedes: 2, reason: 'refired_without_resolve' },
  ],
  [
    'a firing with an earlier start than the open episode is another episode beside it',
    firing,
    [open(LATER)],
    { kind: 'open', supersedes: null, reason: 'older_start_fires' },
  ],
  [
    'a firing with an earlier start than an ended episode opens one: the clock was ahead',
    firing,
    [ended(LATER)],
    { kind: 'open', supersedes: null, reason: 'new_episode' },
  ],
  [
    'a resolved of 2099 silences nothing',
    firing,
    [ended('2099-01-01T00:00:00.000Z')],
    { kind: 'open', supersedes: null, reason: 'new_episode' },
  ],
  [
    'a resolve with a start of 2099 leaves the open one open',
    receivedAlert({ startsAt: '2099-01-01T00:00:00.000Z', status: 'resolved' }),
    [open(THEN)],
    { kind: 'remember_closed', reason: 'resolved_before_firing' },
  ],
  ['a resolve ends its episode', resolved, [ended(EARLIER, 1), open(THEN, 2)], { kind: 'close', episodes: [2], reason: 'resolved' }],
  ['a repeated resolve changes nothing', resolved, [ended(THEN)], { kind: 'ignore', episode: 1, reason: 'resolved_again' }],
  ['a resolve that nothing is known of is remembered', resolved, [], { kind: 'remember_closed', reason: 'resolved_before_firing' }],
  [
    'a resolve of an unseen later episode ends the open one',
    resolved,
    [open(EARLIER, 7)],
    { kind: 'close', episodes: [7], reason: 'later_episode_resolved' },
  ],
  [
    'a late resolve of an unseen earlier episode leaves the open one open',
    resolved,
    [open(LATER)],
    { kind: 'remember_closed', reason: 'resolved_before_firing' },
  ],
]

test.each(table)('%s', (_title, alert, known, decision) => {
  expect(decideAlert(alert, known, NOW)).toEqual(decision)
  expect(decideAlert(alert, known.toReversed(), NOW)).toEqual(decision)
})

test('a firing with the same start long after the end is a new firing, not a late webhook', () => {
  const muchLater = new Date('2026-11-21T12:01:00.000Z')
  expect(decideAlert(firing, [ended(THEN)], muchLater)).toEqual({ kind: 'open', supersedes: null, reason: 'refired_with_same_start' })
  expect(decideAlert(firing, [ended(THEN, 1), open(THEN, 2)], muchLater)).toEqual({ kind: 'ignore', episode: 2, reason: 'repeated' })
  expect(decideAlert(resolved, [ended(THEN, 1), open(THEN, 2)], muchLater)).toEqual({ kind: 'close', episodes: [2], reason: 'resolved' })
})

test('a resolve ends what was received before it and never told to end, too', () => {
  expect(decideAlert(resolved, [open(EARLIER, 1), open(THEN, 2)], NOW)).toEqual({ kind: 'close', episodes: [1, 2], reason: 'resolved' })
  expect(decideAlert(resolved, [open(LATER, 1), open(THEN, 2)], NOW)).toEqual({ kind: 'close', episodes: [2], reason: 'resolved' })
})

test('however far the clocks of sender and agent are apart, a firing of what is not open opens', () => {
  const HOUR = 3_600_000
  for (let skew = -48; skew <= 48; skew += 1) {
    for (const passed of [0, 30_000, HOUR]) {
      const before = new Date(NOW.getTime() + skew * HOUR).toISOString()
      const now = new Date(NOW.getTime() + passed)
      const known = [{ id: 1, startsAt: before, closedAt: NOW.toISOString() }]
      const next = receivedAlert({ startsAt: new Date(now.getTime() + 1).toISOString() })
      expect(decideAlert(next, known, now).kind, `${skew} h, ${passed} ms`).toBe('open')
    }
  }
})

test('our own clock set back makes no firing late', () => {
  const setBack = new Date('2026-11-21T09:00:00.000Z')
  expect(decideAlert(firing, [ended(THEN)], setBack)).toMatchObject({ kind: 'open', reason: 'refired_with_same_start' })
})
