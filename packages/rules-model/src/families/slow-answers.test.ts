import { describe, expect, test } from 'vitest'
import { investigate } from '../../test-parts/investigate.ts'
import { nullErrors, nullWorld } from '../../test-parts/null-dereference.ts'
import { INSTANCE_NAMES } from '../../test-parts/scene.ts'
import { course, phases, present } from '../../test-parts/simulated-metrics.ts'
import { createWorld, errorRate, logEntry, type World } from '../../test-parts/simulated-world.ts'

const LATENCY = [{ alertname: 'InventoryHighLatency', severity: 'warning', summary: '95 % of the answers of inventory take up to 0.9s' }]
const slowMetrics: World['metrics'] = {
  // Of a service that does not measure where its time goes; one that does and finds nothing waits for nobody.
  phases: [],
  p95: [course({}, 300, (ago) => (ago > 80 ? 0.02 : 0.95))],
  mean_by_instance: INSTANCE_NAMES.map((instance) => present({ instance }, 0.95)),
  p95_by_route: [present({ route: '/items/:id' }, 0.95), present({ route: '/healthz' }, 0.005)],
}
const CPU = [{ alertname: 'InventoryHighCpu', severity: 'warning', summary: '127.0.0.1:8001 uses 95% of a core' }]
const busyCpu = INSTANCE_NAMES.map((instance) => course({ instance }, 600, (ago) => (ago > 80 ? 0.06 : 0.95)))

describe('slow answers', () => {
  test('with idle processes are told as waiting for a dependency', () => {
    const { diagnosis } = investigate(createWorld({ alerts: LATENCY, metrics: slowMetrics }))
    expect(diagnosis.status).toBe('suspected')
    expect(diagnosis.root_cause).toMatch(/wait for something outside the process/)
    expect(diagnosis.root_cause).toContain('950 ms')
    expect(diagnosis).toMatchObject({ instances: INSTANCE_NAMES, routes: ['/items/:id'] })
    expect(diagnosis.affected_file).toBeUndefined()
  })

  test('of one instance name it', () => {
    const [first = ''] = INSTANCE_NAMES
    const { diagnosis } = investigate(
      createWorld({
        alerts: LATENCY,
        metrics: {
          ...slowMetrics,
          mean_by_instance: INSTANCE_NAMES.map((instance) => present({ instance }, instance === first ? 1.2 : 0.02)),
        },
      }),
    )
    expect(diagnosis.instances).toEqual([first])
  })

  test('with busy CPUs and a blocked event loop are told as computing', () => {
    for (const alerts of [LATENCY, CPU, [...LATENCY, ...CPU]]) {
      const lag = INSTANCE_NAMES.map((instance) => course({ instance }, 300, (ago) => (ago > 80 ? 0.011 : 0.4)))
      const { diagnosis } = investigate(createWorld({ alerts, metrics: { ...slowMetrics, cpu: busyCpu, lag } }))
      expect(diagnosis.status).toBe('diagnosed')
      expect(diagnosis.root_cause).toContain('CPU-bound')
      expect(diagnosis.root_cause).toContain('A request costs far more CPU than before')
      expect(diagnosis.alternatives?.join(' ')).toMatch(/More traffic.*20 requests\/s now, 20 requests\/s before/)
    }
  })

  test('by blocked event loops name every instance whose loop is blocked, and none that had a hiccup', () => {
    const [first = '', second = '', third = ''] = INSTANCE_NAMES
    const blocked = (seconds: number) => (ago: number) => (ago > 80 ? 0.011 : seconds)
    const lag = [
      course({ instance: first }, 300, blocked(0.3)),
      course({ instance: second }, 300, blocked(0.25)),
      course({ instance: third }, 300, (ago) => (ago > 20 || ago < 5 ? 0.011 : 0.4)),
    ]
    const lag_median = INSTANCE_NAMES.map((instance) => present({ instance }, 0.012))
    const cpu = INSTANCE_NAMES.map((instance) => course({ instance }, 600, (ago) => (ago > 80 ? 0.02 : instance === third ? 0.05 : 0.35)))
    const { diagnosis } = investigate(createWorld({ alerts: LATENCY, metrics: { ...slowMetrics, cpu, lag, lag_median } }))
    expect(diagnosis).toMatchObject({ cause: 'event_loop_blocked', instances: [first, second] })
  })

  test('by loops that are late half of the time are told alike, however long the longest stall of one of them was', () => {
    const said = [0.07, 0.21].map((longest) => {
      const lag = INSTANCE_NAMES.map((instance, i) =>
        course({ instance }, 300, (ago) => (ago > 80 ? 0.011 : ago < 5 && i === 1 ? longest : 0.07)),
      )
      const lag_median = INSTANCE_NAMES.map((instance) => present({ instance }, 0.037))
      const cpu = INSTANCE_NAMES.map((instance) => course({ instance }, 600, (ago) => (ago > 80 ? 0.02 : 0.32)))
      const { diagnosis } = investigate(createWorld({ alerts: LATENCY, metrics: { ...slowMetrics, cpu, lag, lag_median } }))
      return { cause: diagnosis.cause, instances: diagnosis.instances }
    })
    expect(said[1]).toEqual(said[0])
  })

  test('and busy CPUs under four times the traffic are told as a surge', () => {
    const traffic = [course({}, 600, (ago) => (ago > 80 ? 20 : 320))]
    const { diagnosis } = investigate(createWorld({ alerts: CPU, metrics: { ...slowMetrics, cpu: busyCpu, traffic } }))
    expect(diagnosis.root_cause).toMatch(/more traffic than it has capacity for.* 320 requests\/s now, 20 requests\/s before/)
  })

  test('that are quick again are recovered', () => {
    const p95 = [course({}, 300, (ago) => (ago > 120 || ago < 40 ? 0.02 : 0.95))]
    const { diagnosis } = investigate(createWorld({ alerts: LATENCY, metrics: { p95 } }))
    expect(diagnosis.status).toBe('recovered')
  })
})

describe('a trouble that follows another', () => {
  test('is not taken for the other, however loud that still is in the log', () => {
    const locks = Array.from({ length: 30 }, (_, index) =>
      logEntry(115 - index, {
        message: 'canceling statement due to lock timeout',
        error: 'DatabaseError',
        code: '55P03',
        method: 'PUT',
        route: '/items/:id',
      }),
    )
    const { diagnosis } = investigate(
      createWorld({ alerts: LATENCY, log: locks, rate: errorRate(0), metrics: { ...slowMetrics, phases: phases({ db: 0.8 }) } }),
    )
    expect(diagnosis.status).toBe('diagnosed')
    expect(diagnosis.root_cause).not.toContain('lock')
  })

  const stopped = nullErrors(40, 90).map((entry) => ({ ...entry, ts: new Date(Date.parse(entry.ts) - 25_000).toJSON() }))

  test('is what the diagnosis is about, not the errors that have stopped', () => {
    const { diagnosis } = investigate(
      nullWorld({ alerts: LATENCY, log: stopped, rate: errorRate(0.24, { newest: 0, routes: ['/prices/:id'] }), metrics: slowMetrics }),
    )
    expect(diagnosis.status).toBe('suspected')
    expect(diagnosis.root_cause).toMatch(/wait for something outside the process/)
  })

  test('is seen as computing by the blocked event loop while the CPU’s rate still climbs', () => {
    const cpu = INSTANCE_NAMES.map((instance) => course({ instance }, 600, (ago) => (ago > 20 ? 0.05 : 0.26)))
    const lag = INSTANCE_NAMES.map((instance) => course({ instance }, 300, (ago) => (ago > 20 || ago < 5 ? 0.011 : 0.18)))
    const { diagnosis } = investigate(createWorld({ alerts: LATENCY, log: stopped, metrics: { ...slowMetrics, cpu, lag } }))
    expect(diagnosis.root_cause).toMatch(/CPU-bound|blocks the event loop/)
    expect(['diagnosed', 'suspected']).toContain(diagnosis.status)
  })
})
