import { describe, expect, test } from 'vitest'
import { investigate } from '../test-parts/investigate.ts'
import { INSTANCE_NAMES } from '../test-parts/scene.ts'
import { course } from '../test-parts/simulated-metrics.ts'
import { createWorld } from '../test-parts/simulated-world.ts'

const MEMORY = [{ alertname: 'InventoryHighMemory', severity: 'warning', summary: '127.0.0.1:8002 holds 310MiB of memory' }]

describe('memory', () => {
  const [, second = ''] = INSTANCE_NAMES
  const onSecond = (range: number, grown: (ago: number) => number) =>
    INSTANCE_NAMES.map((instance) => course({ instance }, range, (ago) => (instance === second ? grown(ago) : 95e6)))

  test('that climbs steadily on one instance is told as a leak, with its pace and the time left', () => {
    const grown = (ago: number) => 95e6 + (600 - ago) * 400_000
    const { diagnosis } = investigate(
      createWorld({
        alerts: MEMORY,
        metrics: { memory: onSecond(600, grown), memory_closely: onSecond(60, grown), heap: onSecond(600, (ago) => grown(ago) - 60e6) },
      }),
    )
    expect(diagnosis).toMatchObject({ status: 'diagnosed', instances: [second] })
    expect(diagnosis.root_cause).toMatch(/a leak: steady growth/)
    expect(diagnosis.root_cause).toContain('23 MiB a minute')
    expect(diagnosis.root_cause).toMatch(/reaches 512 MiB in about/)
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
})
