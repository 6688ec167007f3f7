import { expect, test, vi } from 'vitest'
import { watchRetention } from './retention.ts'

const DAY_MS = 86_400_000
const onError = (_what: string, error: unknown) => {
  throw error
}

test('everything older than the days is forgotten in portions, and again as time passes', async () => {
  const asked: string[] = []
  const left = [10, 10, 3]
  const prune = async (before: Date) => {
    asked.push(before.toISOString().slice(0, 10))
    return left.shift() ?? 0
  }
  let nowMs = Date.parse('2026-11-30T12:00:00Z')
  const watch = await watchRetention({ store: { incidents: { prune } as never }, days: 30, onError, everyMs: 5, now: () => nowMs })
  await vi.waitFor(() => expect(asked.slice(0, 3)).toEqual(['2026-10-31', '2026-10-31', '2026-10-31']), { interval: 2 })
  nowMs += DAY_MS
  await vi.waitFor(() => expect(asked).toContain('2026-11-01'), { interval: 2 })
  await watch.stop()
})

test('0 days keep everything for ever', async () => {
  const prune = vi.fn(async () => 0)
  await (await watchRetention({ store: { incidents: { prune } as never }, days: 0, onError })).stop()
  expect(prune).not.toHaveBeenCalled()
})

test('a store that fails is asked again, and nothing else stops', async () => {
  const errors: unknown[] = []
  let asked = 0
  const prune = async () => {
    asked += 1
    if (asked === 1) throw new Error('locked')
    return 0
  }
  const store = { incidents: { prune } as never }
  const watch = await watchRetention({ store, days: 1, everyMs: 2, onError: (_what, error) => errors.push(error) })
  await vi.waitFor(() => expect(asked).toBeGreaterThan(1), { interval: 2 })
  await watch.stop()
  expect(errors).toHaveLength(1)
})
