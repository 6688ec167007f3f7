import { describe, expect, test } from 'vitest'
import { investigate } from '../../test-parts/investigate.ts'
import { INSTANCE_NAMES, NOW } from '../../test-parts/scene.ts'
import { course, present } from '../../test-parts/simulated-metrics.ts'
import { createWorld, errorRate, runningInstance, type World } from '../../test-parts/simulated-world.ts'

describe('processes that die', () => {
  const [first = ''] = INSTANCE_NAMES
  const ALERT = [
    {
      alertname: 'InventoryInstanceRestarting',
      severity: 'critical',
      summary: 'the instance on port 8001 restarted 3 times within a minute',
    },
  ]
  const dead = (exit: { code: number | null; signal: string | null }): Partial<World> => ({
    alerts: ALERT,
    instances: {
      instances: INSTANCE_NAMES.map((name) =>
        runningInstance(
          name,
          name === first
            ? { state: 'backoff', pid: null, started_at: null, restarts: 3, last_exit: { at: new Date(NOW - 4_000).toJSON(), ...exit } }
            : {},
        ),
      ),
      load_balancer: { backends: INSTANCE_NAMES.slice(1).map((name) => `http://${name}`) },
    },
  })
  const restarts = [course({ port: '8001', instance: '127.0.0.1:7070' }, 600, (ago) => (ago > 60 ? 0 : ago > 30 ? 1 : 3))]
  const up = INSTANCE_NAMES.map((instance) => course({ instance }, 300, (ago) => (instance === first && ago < 10 ? 0 : 1)))
  const memoryOf = (value: (ago: number) => number | null) =>
    INSTANCE_NAMES.map((instance) => course({ instance }, 600, (ago) => (instance === first ? value(ago) : 95e6)))

  test('SIGKILL with flat memory: says killed from outside, names no killer', () => {
    const { diagnosis } = investigate(
      createWorld({ ...dead({ code: null, signal: 'SIGKILL' }), metrics: { restarts, up, memory: memoryOf(() => 95e6) } }),
    )
    expect(diagnosis).toMatchObject({ status: 'diagnosed', cause: 'crash_loop', instances: [first] })
    expect(diagnosis.root_cause).toContain('points at a kill from outside')
    expect(diagnosis.root_cause).toContain('cannot be told from here')
  })

  test('by SIGKILL after their memory grew point at the out-of-memory killer', () => {
    const { diagnosis } = investigate(
      createWorld({
        ...dead({ code: null, signal: 'SIGKILL' }),
        metrics: { restarts, up, memory: memoryOf((ago) => 95e6 + (600 - ago) * 1e6), memory_closely: [] },
      }),
    )
    expect(diagnosis.root_cause).toContain("points at the kernel's out-of-memory killer")
  })

  test('by SIGKILL with memory that had been given back before are not blamed on memory', () => {
    const memory = memoryOf((ago) => (ago > 100 || ago < 20 ? 95e6 : 360e6))
    const memory_closely = INSTANCE_NAMES.map((instance) => course({ instance }, 60, (ago) => (ago > 40 ? 360e6 : 95e6)))
    const { diagnosis } = investigate(
      createWorld({ ...dead({ code: null, signal: 'SIGKILL' }), metrics: { restarts, up, memory, memory_closely } }),
    )
    expect(diagnosis.root_cause).toContain('points at a kill from outside')
  })

  test('by SIGKILL without readings of memory leave open which', () => {
    const { diagnosis } = investigate(
      createWorld({ ...dead({ code: null, signal: 'SIGKILL' }), metrics: { restarts, up, memory: [], memory_closely: [] } }),
    )
    expect(diagnosis.root_cause).toContain('which of the two cannot be told')
  })

  test('with an exit code ended by themselves', () => {
    const { diagnosis } = investigate(createWorld({ ...dead({ code: 1, signal: null }), metrics: { restarts, up } }))
    expect(diagnosis.root_cause).toContain('exit code 1')
    expect(diagnosis.root_cause).toContain('ended by itself with an error')
  })

  test('and have just been started again are a crash loop too: the newest scrape was that of the process before', () => {
    const world = dead({ code: null, signal: 'SIGKILL' })
    const back = world.instances?.instances.map((one) =>
      one.instance === first ? { ...one, state: 'running' as const, started_at: new Date(NOW - 2_000).toJSON() } : one,
    )
    const metrics = { restarts, up, memory: memoryOf(() => 95e6) }
    const { diagnosis } = investigate(
      createWorld({ ...world, instances: { instances: back ?? [], load_balancer: { backends: [] } }, metrics }),
    )
    expect(diagnosis).toMatchObject({ status: 'diagnosed', cause: 'crash_loop', instances: [first] })
    expect(diagnosis.root_cause).not.toContain('although its process runs')
  })

  test('all of them, with nobody left, are the highest priority', () => {
    const gone = INSTANCE_NAMES.map((name) =>
      runningInstance(name, {
        state: 'backoff',
        pid: null,
        started_at: null,
        restarts: 4,
        last_exit: { at: new Date(NOW - 3_000).toJSON(), code: null, signal: 'SIGKILL' },
      }),
    )
    const { diagnosis } = investigate(
      createWorld({
        alerts: [{ alertname: 'ShopUnavailable', severity: 'critical', summary: 'no instance' }],
        rate: errorRate(null),
        instances: { instances: gone, load_balancer: { backends: [] } },
        metrics: {
          restarts,
          up: INSTANCE_NAMES.map((instance) => course({ instance }, 300, (ago) => (ago < 30 ? 0 : 1))),
          balancer_statuses: [present({ status: '503' }, 20)],
        },
      }),
    )
    expect(diagnosis.priority).toBe('critical')
    expect(diagnosis.instances).toEqual(INSTANCE_NAMES)
    expect(diagnosis.root_cause).toContain('SIGKILL')
  })

  test('no starts: crash loop is not proposed', () => {
    const { diagnosis } = investigate(
      createWorld({
        alerts: [{ alertname: 'InventoryAbsent', severity: 'critical', summary: 'no instance of inventory is known' }],
        rate: errorRate(null),
        instances: { instances: [], load_balancer: { backends: [] } },
        metrics: { up: [], restarts: [], memory: [] },
      }),
    )
    expect(diagnosis.root_cause).toContain('No instance of inventory runs')
    expect(['diagnosed', 'suspected']).toContain(diagnosis.status)
  })
})
