import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { receivedAlert } from '../../../test-parts/alerts.ts'
import type { Store } from '../../store/ports.ts'
import { createSqliteStore } from '../../store/sqlite/sqlite-store.ts'
import { decideReconcile, runReconcile } from './reconcile.ts'

test.each([
  [
    { active: true, firing: false, missedForMs: 0 },
    { kind: 'keep', reason: 'active' },
  ],
  [
    { active: true, firing: true, missedForMs: 1e9 },
    { kind: 'keep', reason: 'active' },
  ],
  [
    { active: false, firing: true, missedForMs: 1e9 },
    { kind: 'keep', reason: 'still_firing' },
  ],
  [
    { active: false, firing: false, missedForMs: 89_999 },
    { kind: 'keep', reason: 'waiting' },
  ],
  [
    { active: false, firing: false, missedForMs: 90_000 },
    { kind: 'close', reason: 'gone' },
  ],
])('an episode of which is known: %j', (known, decision) => {
  expect(decideReconcile(known)).toEqual(decision)
})

const alert = receivedAlert()
let store: Store
let ending: AbortController
let running: Promise<void>
let clock: number
let answers: { active: () => string[]; firing: () => string[] }
let rounds: { asked: number; failed: number }

beforeEach(async () => {
  store = createSqliteStore(':memory:')
  await store.alerts.apply([alert])
  ending = new AbortController()
  clock = 0
  rounds = { asked: 0, failed: 0 }
  answers = { active: () => [], firing: () => [] }
  const alertmanager = {
    activeFingerprints: async () => {
      rounds.asked += 1
      return new Set(answers.active())
    },
    [Symbol.asyncDispose]: async () => {},
  }
  const prometheus = { firingAlertnames: async () => new Set(answers.firing()) }
  running = runReconcile(
    { store, alertmanager, prometheus, onClosed: () => {}, onError: () => (rounds.failed += 1), everyMs: 1, now: () => clock },
    ending.signal,
  )
})
afterEach(async () => {
  ending.abort()
  await running
  await store[Symbol.asyncDispose]()
})

/** Waits until whole rounds were made after now. */
const someRounds = () => {
  const { asked } = rounds
  return vi.waitFor(() => expect(rounds.asked).toBeGreaterThan(asked + 2), { interval: 1 })
}
const down = (): never => {
  throw new Error('does not answer')
}

test('an episode that both have not known for 90 s is closed, and its incident with it', async () => {
  await someRounds()
  clock += 89_000
  await someRounds()
  expect((await store.incidents.list(1))[0]?.resolved_at).toBeNull()
  clock += 1_000
  await vi.waitFor(async () => expect((await store.incidents.list(1))[0]?.status).toBe('resolved'))
  expect((await store.incidents.timeline((await store.incidents.list(1))[0]?.id ?? '')).map(({ event }) => event)).toContainEqual(
    expect.objectContaining({ kind: 'alert_resolved', source: 'reconciled' }),
  )
})

test('an episode that one of the two still knows stays open', async () => {
  answers.active = () => [alert.fingerprint]
  await someRounds()
  clock += 1_000_000
  await someRounds()
  answers = { active: () => [], firing: () => [alert.alertname] }
  await someRounds()
  clock += 1_000_000
  await someRounds()
  expect((await store.incidents.list(1))[0]?.resolved_at).toBeNull()
})

test.each(['active', 'firing'] as const)('nothing is concluded while %s cannot be asked, however long', async (which) => {
  answers[which] = down
  for (let i = 0; i < 3; i += 1) {
    await someRounds()
    clock += 1_000_000
  }
  expect(rounds.failed).toBeGreaterThan(0)
  expect((await store.incidents.list(1))[0]?.resolved_at).toBeNull()
})

test('an Alertmanager that was away and comes back empty gets the whole 90 s again', async () => {
  await someRounds()
  answers.active = down
  await someRounds()
  clock += 1_000_000
  answers.active = () => []
  await someRounds()
  expect((await store.incidents.list(1))[0]?.resolved_at).toBeNull()
  clock += 90_000
  await vi.waitFor(async () => expect((await store.incidents.list(1))[0]?.status).toBe('resolved'))
})
