import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { receivedAlert } from '../../../test-parts/alerts.ts'
import type { Store } from '../../store/ports.ts'
import { createSqliteStore } from '../../store/sqlite/sqlite-store.ts'
import type { Labels } from './client.ts'
import { decideReconcile } from './decide-reconcile.ts'
import { runReconcile } from './reconcile.ts'

const unknown = {
  active: false,
  firing: false,
  idle: false,
  judged: true,
  answers: true,
  ours: true,
  missedForMs: 0,
  unheardForMs: 1e9,
  staleAfterMs: 1e10,
}
test.each<[string, Partial<typeof unknown>, ReturnType<typeof decideReconcile>]>([
  ['active', { active: true }, { kind: 'keep', reason: 'active' }],
  ['active and never seen before', { active: true, ours: false, unheardForMs: 1e11 }, { kind: 'keep', reason: 'active' }],
  ['still firing', { firing: true, missedForMs: 1e9 }, { kind: 'keep', reason: 'still_firing' }],
  ['missed for a moment', { missedForMs: 89_999 }, { kind: 'keep', reason: 'waiting' }],
  ['missed for 90 s', { missedForMs: 90_000 }, { kind: 'close', reason: 'gone' }],
  ['missed for a moment, its rule at rest', { idle: true, missedForMs: 29_999 }, { kind: 'keep', reason: 'waiting' }],
  ['missed for 30 s, its rule at rest', { idle: true, missedForMs: 30_000 }, { kind: 'close', reason: 'gone' }],
  ['missed by Prometheus alone for a moment', { answers: false, idle: true, missedForMs: 59_999 }, { kind: 'keep', reason: 'waiting' }],
  ['missed by Prometheus alone for 60 s', { answers: false, missedForMs: 60_000 }, { kind: 'close', reason: 'gone' }],
  ['of no rule, without Alertmanager', { answers: false, judged: false, missedForMs: 1e9 }, { kind: 'keep', reason: 'out_of_sight' }],
  ["another sender's, its rule at rest", { idle: true, ours: false, missedForMs: 1e9 }, { kind: 'keep', reason: 'foreign' }],
  ["another sender's", { ours: false, missedForMs: 1e9 }, { kind: 'keep', reason: 'foreign' }],
  ["another sender's, unheard for long", { ours: false, unheardForMs: 1e10 }, { kind: 'close', reason: 'stale' }],
])('an episode that is %s', (_title, signs, decision) => {
  expect(decideReconcile({ ...unknown, ...signs })).toEqual(decision)
})

const alert = receivedAlert()
let store: Store
let ending: AbortController
let running: Promise<void>
let clock: number
let answers: { active: () => string[]; firing: () => string[]; idle?: () => string[]; fired?: () => [string, Labels[]][] }
let rounds: { asked: number; failed: number }

beforeEach(async () => {
  store = createSqliteStore(':memory:')
  await store.alerts.apply([alert])
  await store.alerts.markHeld([1])
  ending = new AbortController()
  clock = 0
  rounds = { asked: 0, failed: 0 }
  answers = { active: () => [], firing: () => [] }
  const alertmanager = {
    activeAlerts: async () => {
      rounds.asked += 1
      return new Map(answers.active().map((fingerprint) => [fingerprint, alert.alertname]))
    },
    [Symbol.asyncDispose]: async () => {},
  }
  const prometheus = {
    alertnames: async () => ({
      firing: new Set(answers.firing()),
      idle: new Set(answers.idle?.()),
      fired: new Map(answers.fired?.()),
    }),
  }
  running = runReconcile(
    {
      store,
      alertmanager,
      prometheus,
      receive: store.alerts.apply,
      onClosed: () => {},
      onError: () => (rounds.failed += 1),
      source: 'alertmanager http://own',
      staleAfterMs: 1e12,
      everyMs: 1,
      now: () => clock,
    },
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

test.each([
  ['Prometheus', { firing: down }],
  ['Alertmanager and Prometheus', { active: down, firing: down }],
])('nothing is concluded while %s cannot be asked, however long', async (_who, without) => {
  Object.assign(answers, without)
  for (let i = 0; i < 3; i += 1) {
    await someRounds()
    clock += 1_000_000
  }
  expect(rounds.failed).toBeGreaterThan(0)
  expect((await store.incidents.list(1))[0]?.resolved_at).toBeNull()
})

describe('while Alertmanager stays down', () => {
  const rule = (...alerts: Labels[]) => {
    answers = { active: down, firing: () => [], fired: () => [[alert.alertname, alerts]] }
  }
  const isOpen = async () => (await store.incidents.list(1))[0]?.resolved_at === null

  test('what Prometheus has not fired for 60 s is closed, within two minutes of its end', async () => {
    rule()
    await someRounds()
    clock += 59_000
    await someRounds()
    expect(await isOpen()).toBe(true)
    clock += 1_000
    await vi.waitFor(async () => expect(await isOpen()).toBe(false))
    expect(rounds.failed).toBeGreaterThan(0)
  })

  test('of several alerts of one rule the one that ended is closed', async () => {
    const [a, b] = ['a', 'b'].map((instance) =>
      receivedAlert({ fingerprint: instance, labels: { ...alert.labels, instance, cluster: 'added on the way' } }),
    )
    if (a && b) await store.alerts.apply([a, b])
    await store.alerts.markHeld([2, 3])
    rule(alert.labels, { ...alert.labels, instance: 'b' })
    await someRounds()
    clock += 60_000
    await vi.waitFor(async () => expect(await store.alerts.openEpisodes()).toMatchObject([{ id: 1 }, { id: 3 }]))
  })

  test.each<[string, () => void]>([
    ['has no rule of its name', () => (answers = { active: down, firing: () => [], fired: () => [['Another', []]] })],
    ['fires it', () => rule(alert.labels)],
    ['fires an alert of its name that fits none that is open', () => rule({ ...alert.labels, instance: 'changed on the way' })],
  ])('an episode stays open when Prometheus %s', async (_title, answer) => {
    answer()
    await someRounds()
    clock += 1_000_000
    await someRounds()
    expect(await isOpen()).toBe(true)
  })
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

test('an alert that this Alertmanager never held stays open, and is told of once nothing was heard of it for long', async () => {
  await store.alerts.apply([receivedAlert({ alertname: 'Far', service: 'far', source: 'alertmanager http://grafana' })])
  await someRounds()
  clock += 1_000_000
  await vi.waitFor(async () => expect(await store.alerts.openEpisodes()).toMatchObject([{ alertname: 'Far' }]))
  await someRounds()
  expect(await store.alerts.openEpisodes()).toMatchObject([{ alertname: 'Far', held: false }])
})

test('an alert of a sender whose others were held is closed like them, although it was over before anybody looked', async () => {
  const source = 'alertmanager http://ours'
  await store.alerts.apply([receivedAlert({ service: 'one', source }), receivedAlert({ service: 'two', source })])
  const [, one] = await store.alerts.openEpisodes()
  await store.alerts.markHeld([one?.id ?? 0])
  await someRounds()
  clock += 1_000_000
  await vi.waitFor(async () => expect(await store.alerts.openEpisodes()).toEqual([]))
})

test('an alert of the Alertmanager that is asked is closed, although it was over before anybody looked', async () => {
  await store.alerts.apply([receivedAlert({ service: 'one', source: 'alertmanager http://own' })])
  await someRounds()
  clock += 90_000
  await vi.waitFor(async () => expect(await store.alerts.openEpisodes()).toEqual([]))
})

test('an episode whose rule Prometheus has found at rest is closed after 30 s', async () => {
  answers.idle = () => [alert.alertname]
  await someRounds()
  clock += 29_000
  await someRounds()
  expect((await store.incidents.list(1))[0]?.resolved_at).toBeNull()
  clock += 1_000
  await vi.waitFor(async () => expect((await store.incidents.list(1))[0]?.status).toBe('resolved'))
})

test('what its source no longer holds is not joined', async () => {
  await someRounds()
  expect(await store.alerts.openEpisodes()).toMatchObject([{ confirmed: false }])
  expect(await store.alerts.apply([receivedAlert({ alertname: 'Next', fingerprint: 'next' })])).toMatchObject([{ effect: 'opened' }])
})

test('what another trigger opened is never closed here, however long nothing was heard of it', async () => {
  answers.active = () => [alert.fingerprint]
  await store.alerts.apply([
    receivedAlert({ alertname: 'Call', service: 'checkout', source: 'api helpdesk' }),
    receivedAlert({ alertname: 'Far', service: 'far', source: 'alertmanager http://grafana' }),
  ])
  const client = { activeAlerts: async () => new Map([[alert.fingerprint, alert.alertname]]) }
  const deps = {
    store,
    alertmanager: client,
    prometheus: { alertnames: async () => ({ firing: new Set<string>(), idle: new Set<string>(), fired: new Map() }) },
    staleAfterMs: 0,
    everyMs: 1,
  }
  const reconciling = runReconcile({ ...deps, receive: store.alerts.apply, onClosed: () => {}, onError: () => {} }, ending.signal)
  await vi.waitFor(async () =>
    expect((await store.alerts.openEpisodes()).map(({ alertname }) => alertname)).toEqual([alert.alertname, 'Call']),
  )
  ending.abort()
  await reconciling
})
