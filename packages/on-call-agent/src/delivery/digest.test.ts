import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { receivedAlert } from '../../test-parts/alerts.ts'
import { readSeverities } from '../incidents/severity.ts'
import type { Store } from '../store/ports.ts'
import { createSqliteStore } from '../store/sqlite/sqlite-store.ts'
import { watchDigest } from './digest.ts'
import { queuePage } from './queue-page.ts'

const PERSON = 'whatsapp:+15550100001'
let store: Store
let watching: { stop(): void } | undefined
beforeEach(() => {
  store = createSqliteStore(':memory:')
})
afterEach(async () => {
  watching?.stop()
  await store[Symbol.asyncDispose]()
})
const watch = async (over: { everyMs?: number; gatherMs?: number } = {}) => {
  watching = await watchDigest({ store, rank: readSeverities(), onError: () => {}, gatherMs: 20, everyMs: 20, ...over })
}
const messages = async (kind: string) => (await store.outbox.list(['pending'], 20_000)).filter((message) => message.kind === kind)
/** Opens an incident for each service, and pages all of them. */
async function page(severities: string[]): Promise<string[]> {
  const opened = await store.alerts.apply(severities.map((severity, i) => receivedAlert({ service: `svc-${i}`, severity })))
  const ids = opened.flatMap(({ incidentId }) => incidentId ?? [])
  await store.transaction(async (ports) => {
    for (const [i, incidentId] of ids.entries()) {
      await queuePage(ports, { incidentId, to: PERSON, body: `page ${i}`, severity: severities[i] ?? '', pagesPerHour: 10 })
    }
  })
  return ids
}

test('10,000 services are ten pages and one line, the critical ones named first', { timeout: 60_000 }, async () => {
  // The pages of one change come one after the other.
  await watch({ gatherMs: 1_000 })
  await page(Array.from({ length: 10_000 }, (_, i) => (i % 2_500 === 2_499 ? 'critical' : 'warning')))
  await vi.waitFor(async () => expect(await messages('digest')).toHaveLength(1), { timeout: 20_000, interval: 50 })
  expect(await messages('page')).toHaveLength(10)
  const [digest] = await messages('digest')
  expect(digest?.body).toBe(
    '9,990 more incidents (4 critical, 9,986 warning): *I2500* svc-2499 (InventoryErrorBurst), *I5000* svc-4999 (InventoryErrorBurst), ' +
      '*I7500* svc-7499 (InventoryErrorBurst), *I10000* svc-9999 (InventoryErrorBurst), and 9,986 more. Reply with a name, such as *I2500 why*.',
  )
  expect(digest?.body.length).toBeLessThanOrEqual(580)
})

test('the next digest waits for its time and holds only what is new and still open', async () => {
  await watch({ everyMs: 300 })
  await page(Array.from({ length: 11 }, () => 'critical'))
  await vi.waitFor(async () => expect(await messages('digest')).toHaveLength(1))
  const began = Date.now()
  const opened = await store.alerts.apply([receivedAlert({ service: 'a' }), receivedAlert({ service: 'b' })])
  for (const { incidentId } of opened)
    await queuePage(store, { incidentId: incidentId ?? '', to: PERSON, body: 'x', severity: 'critical', pagesPerHour: 10 })
  await store.alerts.apply([receivedAlert({ service: 'a', status: 'resolved' })])
  await vi.waitFor(async () => expect(await messages('digest')).toHaveLength(2))
  expect(Date.now() - began).toBeGreaterThanOrEqual(200)
  expect((await messages('digest'))[1]?.body).toMatch(/^1 more incident \(1 critical\): \*I13\* b /)
})

test('by the default times: the first digest after ten seconds, the next one three minutes later', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
  try {
    await watch({ gatherMs: 10_000, everyMs: 180_000 })
    await page(Array.from({ length: 12 }, () => 'critical'))
    const digestsAfter = async (ms: number) => {
      await vi.advanceTimersByTimeAsync(ms)
      return (await messages('digest')).map(({ body }) => body.split(' ', 1)[0])
    }
    expect(await digestsAfter(9_900)).toEqual([])
    expect(await digestsAfter(200)).toEqual(['2'])
    const [next] = await store.alerts.apply([receivedAlert({ service: 'next' })])
    await queuePage(store, { incidentId: next?.incidentId ?? '', to: PERSON, body: 'x', severity: 'critical', pagesPerHour: 10 })
    expect(await digestsAfter(179_000)).toEqual(['2'])
    expect(await digestsAfter(1_500)).toEqual(['2', '1'])
  } finally {
    vi.useRealTimers()
  }
})

test('what a restart interrupted is summed up after it, once', async () => {
  await page(Array.from({ length: 12 }, () => 'critical'))
  await watch()
  await vi.waitFor(async () => expect((await messages('digest')).map(({ body }) => body)).toEqual([expect.stringMatching(/^2 more/)]))
  watching?.stop()
  await watch()
  const until = Date.now() + 100
  await vi.waitUntil(() => Date.now() >= until)
  expect(await messages('digest')).toHaveLength(1)
})

test('without a limit every page goes out', async () => {
  const [opened] = await store.alerts.apply([receivedAlert()])
  for (let i = 0; i < 15; i += 1)
    await queuePage(store, { incidentId: opened?.incidentId ?? '', to: PERSON, body: 'x', severity: 'critical', pagesPerHour: 0 })
  expect(await messages('page')).toHaveLength(15)
})
