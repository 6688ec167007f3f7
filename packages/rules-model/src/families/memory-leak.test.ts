import { describe, expect, test } from 'vitest'
import { investigate } from '../../test-parts/investigate.ts'
import { INSTANCE_NAMES } from '../../test-parts/scene.ts'
import { course } from '../../test-parts/simulated-metrics.ts'
import { createWorld, errorRate, logEntry } from '../../test-parts/simulated-world.ts'

const MEMORY = [{ alertname: 'InventoryHighMemory', severity: 'warning', summary: '127.0.0.1:8002 holds 310MiB of memory' }]

describe('memory', () => {
  const [, second = ''] = INSTANCE_NAMES
  const onSecond = (range: number, grown: (ago: number) => number) =>
    INSTANCE_NAMES.map((instance) => course({ instance }, range, (ago) => (instance === second ? grown(ago) : 95e6)))

  test('that climbs steadily on one instance is told as a leak', () => {
    const grown = (ago: number) => 95e6 + (600 - ago) * 400_000
    const { diagnosis } = investigate(
      createWorld({
        alerts: MEMORY,
        metrics: { memory: onSecond(600, grown), memory_closely: onSecond(60, grown), heap: onSecond(600, (ago) => grown(ago) - 60e6) },
      }),
    )
    expect(diagnosis).toMatchObject({ status: 'diagnosed', cause: 'memory_leak', instances: [second] })
    expect(diagnosis.root_cause).toMatch(/steady growth/)
    expect(diagnosis.root_cause).toContain('JavaScript heap grew')
  })

  test('that jumped once is told as a step and not as a leak', () => {
    const grown = (ago: number) => (ago > 60 ? 95e6 : 340e6)
    const { diagnosis } = investigate(
      createWorld({ alerts: MEMORY, metrics: { memory: onSecond(600, grown), memory_closely: onSecond(60, grown) } }),
    )
    expect(diagnosis.root_cause).toContain('rather than a steady leak')
  })

  test('that climbed within seconds is seen as growth from close by, though it is one step from far', () => {
    const grown = (ago: number) => 95e6 + Math.min(256e6, Math.max(0, 40 - ago) * 16e6)
    const { diagnosis } = investigate(
      createWorld({
        alerts: MEMORY,
        metrics: { memory: onSecond(600, grown), memory_closely: onSecond(60, grown), external: onSecond(600, grown) },
      }),
    )
    expect(diagnosis.status).toBe('diagnosed')
    expect(diagnosis.root_cause).toMatch(/climbed from 91 MiB to 335 MiB and has stood still since/)
    expect(diagnosis.root_cause).toContain('buffers')
  })

  test('that climbs on every instance is told for all of them', () => {
    const growing = (range: number) =>
      INSTANCE_NAMES.map((instance) => course({ instance }, range, (ago) => 120e6 + Math.max(0, 90 - ago) * 2e6))
    const { diagnosis } = investigate(
      createWorld({
        alerts: [
          { alertname: 'InventoryMemoryGrowing', severity: 'warning', summary: 'the memory of 127.0.0.1:8001 grows by 2MB a second' },
        ],
        metrics: { memory: growing(600), memory_closely: growing(60), heap: growing(600) },
      }),
    )
    expect(diagnosis).toMatchObject({ status: 'diagnosed', instances: INSTANCE_NAMES })
    expect(diagnosis.root_cause).toContain('steady growth')
  })

  test('that runs out makes requests fail, which is no exception of the code', () => {
    const grown = (ago: number) => 95e6 + Math.min(256e6, Math.max(0, 70 - ago) * 16e6)
    const { diagnosis } = investigate(
      createWorld({
        alerts: [...MEMORY, { alertname: 'InventoryErrorBurst', severity: 'critical', summary: 'errors' }],
        log: Array.from({ length: 20 }, (_, index) =>
          logEntry(40 - index, { message: 'Array buffer allocation failed', error: 'RangeError', route: '/items/:id', instance: second }),
        ),
        rate: errorRate(0.6, { instances: [second] }),
        metrics: { memory: onSecond(600, grown), memory_closely: onSecond(60, grown), external: onSecond(600, grown) },
      }),
    )
    expect(diagnosis.root_cause).toContain('allocations fail already')
    expect(diagnosis.instances).toEqual([second])
    expect(diagnosis.affected_file).toBeUndefined()
  })

  test('that runs out right after an earlier growth ended is told by the closer course', () => {
    // The longer course has a sharp fall and only two samples since.
    const far = (ago: number) => (ago > 70 ? 95e6 : ago > 40 ? 330e6 : 120e6 + Math.max(0, 25 - ago) * 11e6)
    const grown = (ago: number) => (ago > 40 ? 330e6 : 120e6 + Math.max(0, 25 - ago) * 11e6)
    const { diagnosis } = investigate(
      createWorld({
        alerts: [{ alertname: 'InventoryErrorBurst', severity: 'critical', summary: 'errors' }],
        log: Array.from({ length: 20 }, (_, index) =>
          logEntry(20 - index, {
            message: 'Out of memory: all 256 MiB of working memory are in use',
            error: 'RangeError',
            code: 'ENOMEM',
            route: '/items/:id',
          }),
        ),
        rate: errorRate(0.1, { newest: 0.7 }),
        metrics: { memory: onSecond(600, far), memory_closely: onSecond(60, grown) },
      }),
    )
    expect(diagnosis.root_cause).toContain('the limit is reached')
    expect(['diagnosed', 'suspected']).toContain(diagnosis.status)
  })
})
