import { expect, test, vi } from 'vitest'
import { PERSON } from '../../test-parts/agent-test.ts'
import { receivedAlert } from '../../test-parts/alerts.ts'
import type { Episode, TimelineEvent } from '../api.ts'
import { readSeverities } from '../incidents/severity.ts'
import { createSqliteStore } from '../store/sqlite/sqlite-store.ts'
import { decideJoined } from './decide-joined.ts'
import { watchJoined } from './joined.ts'

const rank = readSeverities()
const PAGED = Date.parse('2026-11-21T12:00:00Z')
const at = (seconds: number) => new Date(PAGED + seconds * 1_000).toISOString()
const alert = (seconds: number, alertname: string, over: Partial<Episode> = {}) => ({
  alertname,
  severity: 'warning',
  labels: {},
  received_at: at(seconds),
  ends_at: null,
  ...over,
})
const said = (seconds: number, message_kind: 'page' | 'update', body: string) =>
  ({ at: at(seconds), event: { kind: 'message_queued', message_id: 1, message_kind, to: PERSON, body } }) as TimelineEvent

const PAGE = said(0, 'page', '*I1* Errors on 127.0.0.1:8001')
const decide = (seconds: number, alerts: ReturnType<typeof alert>[], ...more: TimelineEvent[]) =>
  decideJoined({ alerts, timeline: [PAGE, ...more], rank, nowMs: PAGED + seconds * 1_000 })

test.each([
  ['what fired before the page', decide(600, [alert(-1, 'Slow')]), { kind: 'rest', reason: 'nothing_new' }],
  ['what the page names', decide(600, [alert(5, 'Errors')]), { kind: 'rest', reason: 'nothing_new' }],
  ['what has ended meanwhile', decide(600, [alert(5, 'Slow', { ends_at: at(30) })]), { kind: 'rest', reason: 'nothing_new' }],
  ['a new symptom, at first', decide(20, [alert(10, 'Slow')]), { kind: 'wait', afterMs: 50_000, reason: 'others_may_follow' }],
  [
    'a critical one, at first',
    decide(20, [alert(10, 'Slow', { severity: 'critical' })]),
    { kind: 'wait', afterMs: 5_000, reason: 'others_may_follow' },
  ],
  [
    'several, and one rule twice',
    decide(70, [alert(10, 'Slow'), alert(11, 'Slow'), alert(60, 'Down', { severity: 'critical' })]),
    { kind: 'tell', alerts: ['Slow (warning)', 'Down (critical)'], reason: 'time_is_up' },
  ],
  [
    'another instance of a rule that the page names',
    decide(70, [alert(10, 'Errors', { labels: { instance: '127.0.0.1:8002' } })]),
    { kind: 'tell', alerts: ['Errors on 127.0.0.1:8002 (warning)'], reason: 'time_is_up' },
  ],
  ['what a line has told', decide(400, [alert(10, 'Slow')], said(70, 'update', 'now Slow too')), { kind: 'rest', reason: 'nothing_new' }],
  [
    'soon after a line',
    decide(200, [alert(100, 'Full')], said(70, 'update', 'now Slow too')),
    { kind: 'wait', afterMs: 50_000, reason: 'others_may_follow' },
  ],
  ['no page yet', decideJoined({ alerts: [alert(1, 'Slow')], timeline: [], rank, nowMs: PAGED }), { kind: 'rest', reason: 'not_paged' }],
])('alerts that join: %s', (_title, decision, expected) => {
  expect(decision).toEqual(expected)
})

test('ten rules that one trouble sets off after the page are one line, also when the agent starts anew meanwhile', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
  await using store = createSqliteStore(':memory:')
  try {
    let watch = await watchJoined({ store, rank, onError: () => {} })
    const [opened] = await store.alerts.apply([receivedAlert({ alertname: 'Errors' })])
    const incidentId = opened?.incidentId ?? ''
    await store.outbox.queue({ incidentId, to: PERSON, kind: 'page', body: '*I1* Errors' })
    await store.incidents.conclude(incidentId, {
      diagnosis: {
        status: 'inconclusive',
        root_cause: 'x',
        confidence: 0,
        priority: 'low',
        evidence: [],
        suggested_fix: 'x',
        next_steps: [],
      },
      madeBy: 'model',
    })
    for (let i = 0; i < 10; i += 1) {
      await vi.advanceTimersByTimeAsync(1_000)
      await store.alerts.apply([receivedAlert({ alertname: `Rule${i}`, fingerprint: `f${i}`, severity: 'warning' })])
    }
    watch.stop()
    watch = await watchJoined({ store, rank, onError: () => {} })
    await vi.advanceTimersByTimeAsync(120_000)
    await store.incidents.newestEventId()
    watch.stop()
    const updates = (await store.outbox.list(['pending'])).filter(({ kind }) => kind === 'update')
    expect(updates.map(({ body }) => body)).toEqual([
      expect.stringMatching(/^\*I1\* inventory: now Rule0 \(warning\), Rule1 .* and Rule9 \(warning\) too\.$/),
    ])
  } finally {
    vi.useRealTimers()
  }
})
