import { expect, test } from 'vitest'
import { investigate } from '../../test-parts/investigate.ts'
import { INSTANCE_NAMES, NOW } from '../../test-parts/scene.ts'
import { course } from '../../test-parts/simulated-metrics.ts'
import { createWorld, errorRate, runningInstance, type World } from '../../test-parts/simulated-world.ts'

const [first = ''] = INSTANCE_NAMES
const exit = (ago: number, expected = false) => ({
  at: new Date(NOW - ago * 1_000).toJSON(),
  code: null,
  signal: 'SIGKILL',
  uptime_seconds: 1.4,
  expected,
})
const REASON = '10 starts within 60 s; the last exit was signal SIGKILL after 1.4 s'

const world = (state: 'fatal' | 'running'): World =>
  createWorld({
    alerts: [
      { alertname: 'InventoryInstanceFatal', severity: 'critical', summary: 'the process manager has given up on 1 instances' },
      {
        alertname: 'InventoryInstanceRestarting',
        severity: 'critical',
        summary: 'the instance on port 8001 restarted 3 times within a minute',
      },
    ],
    rate: errorRate(0),
    instances: {
      instances: INSTANCE_NAMES.map((name) =>
        runningInstance(
          name,
          name === first
            ? {
                state,
                pid: null,
                restarts: 9,
                reason: state === 'fatal' ? REASON : null,
                last_exit: { at: new Date(NOW - 4_000).toJSON(), code: null, signal: 'SIGKILL' },
                exits: [exit(30), exit(15), exit(4)],
              }
            : {},
        ),
      ),
      load_balancer: { backends: INSTANCE_NAMES.slice(1).map((name) => `http://${name}`) },
    },
    metrics: { restarts: [course({ port: '8001', instance: '127.0.0.1:7070' }, 600, (ago) => Math.max(0, Math.floor((90 - ago) / 10)))] },
  })

test('an instance that is given up is named with the reason, its exits and the way back', () => {
  const { diagnosis } = investigate(world('fatal'))
  expect(diagnosis).toMatchObject({ status: 'diagnosed', instances: [first] })
  expect(diagnosis.root_cause).toContain('has given up on 127.0.0.1:8001')
  expect(diagnosis.root_cause).toContain('10 starts within 60 s')
  expect(diagnosis.root_cause).toContain('SIGKILL after 1.4 s')
  expect(diagnosis.root_cause).toContain('run on')
  expect(diagnosis.next_steps.join(' ')).toContain('POST /start')
})

test('an instance that died as often and runs again is told as a crash loop', () => {
  const { diagnosis } = investigate(world('running'))
  expect(diagnosis.root_cause).toContain('die again and again')
  expect(diagnosis.root_cause).not.toContain('given up')
})
