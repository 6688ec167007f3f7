import { expect, test } from 'vitest'
import { investigate } from '../../test-parts/investigate.ts'
import { INSTANCE_NAMES } from '../../test-parts/scene.ts'
import { course } from '../../test-parts/simulated-metrics.ts'
import { createWorld, errorRate, runningInstance } from '../../test-parts/simulated-world.ts'

const BALANCER = '127.0.0.1:9000'
const unreachable = { code: 'upstream_unreachable', message: 'The load balancer cannot be reached' }

test('a load balancer that answers nobody is told as gone, though every instance runs', () => {
  const { diagnosis } = investigate(
    createWorld({
      service: 'load-balancer',
      alerts: [{ alertname: 'LoadBalancerDown', severity: 'critical', summary: `the load balancer at ${BALANCER} does not answer` }],
      rate: errorRate(null),
      broken: { fetch_logs: { ...unreachable, times: Number.POSITIVE_INFINITY } },
      instances: { instances: INSTANCE_NAMES.map((name) => runningInstance(name)), load_balancer: { error: unreachable } },
      metrics: { up: [course({ instance: BALANCER, job: 'load-balancer' }, 300, (ago) => (ago < 40 ? 0 : 1))] },
    }),
  )
  expect(diagnosis).toMatchObject({ status: 'diagnosed', component: 'load balancer' })
  expect(diagnosis.root_cause).toContain('nobody reaches the shop')
})

test('a load balancer that answers the agent is not told as gone', () => {
  const { diagnosis } = investigate(
    createWorld({
      service: 'load-balancer',
      alerts: [{ alertname: 'LoadBalancerDown', severity: 'critical', summary: `the load balancer at ${BALANCER} does not answer` }],
      metrics: { up: [course({ instance: BALANCER, job: 'load-balancer' }, 300, (ago) => (ago < 40 ? 0 : 1))] },
    }),
  )
  expect(diagnosis.status).not.toBe('diagnosed')
})
