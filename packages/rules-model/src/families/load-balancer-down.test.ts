import { expect, test } from 'vitest'
import { investigate } from '../../test-parts/investigate.ts'
import { INSTANCE_NAMES } from '../../test-parts/scene.ts'
import { course } from '../../test-parts/simulated-metrics.ts'
import { createWorld, errorRate, logEntry, runningInstance } from '../../test-parts/simulated-world.ts'

const BALANCER = '127.0.0.1:9000'
const unreachable = { code: 'upstream_unreachable', message: 'The load balancer cannot be reached' }

const GONE = {
  service: 'load-balancer',
  alerts: [{ alertname: 'LoadBalancerDown', severity: 'critical', summary: `the load balancer at ${BALANCER} does not answer` }],
  rate: errorRate(null),
  instances: { instances: INSTANCE_NAMES.map((name) => runningInstance(name)), load_balancer: { error: unreachable } },
  metrics: { up: [course({ instance: BALANCER, job: 'load-balancer' }, 300, (ago) => (ago < 40 ? 0 : 1))] },
}

test('a load balancer that answers nobody is told as gone, though every instance runs', () => {
  const { diagnosis } = investigate(createWorld({ ...GONE, broken: { fetch_logs: { ...unreachable, times: Number.POSITIVE_INFINITY } } }))
  expect(diagnosis).toMatchObject({ status: 'diagnosed', component: 'load balancer' })
  expect(diagnosis.root_cause).toContain('nobody reaches the shop')
})

test.each([
  ['had ended before the alert began leaves nothing to explain', 60, 'diagnosed'],
  ['goes on leaves something to explain', 20, 'suspected'],
])('a load balancer is gone, and what is in the log and %s', (_what, newest, status) => {
  const log = Array.from({ length: 30 }, (_, i) =>
    logEntry(newest + 30 - i, { message: 'connect ECONNREFUSED 127.0.0.1:15432', code: 'ECONNREFUSED', route: '/items' }),
  )
  const { diagnosis } = investigate(createWorld({ ...GONE, log }))
  expect(diagnosis).toMatchObject({ status, cause: 'load_balancer_down' })
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
