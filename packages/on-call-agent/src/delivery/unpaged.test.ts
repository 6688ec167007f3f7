import { Registry } from 'prom-client'
import { expect, vi } from 'vitest'
import { test } from '../../test-parts/agent-test.ts'
import { receivedAlert } from '../../test-parts/alerts.ts'
import { ordinary } from '../../test-parts/ordinary-model.ts'
import { refusal } from '../../test-parts/recording-messenger.ts'
import { createMetrics } from '../metrics.ts'

test('an incident that nobody could be paged about is seen, and paged when its alert comes again', async ({
  phone,
  running,
  start,
  fires,
  delivered,
}) => {
  const registry = new Registry()
  phone.failures.push({ error: refusal(), arrives: false })
  await start(ordinary(), { metrics: createMetrics(registry) })
  const { agent } = running
  await fires(receivedAlert())
  await vi.waitFor(() => expect(agent?.unpaged()).toEqual(['I1']))
  expect(await registry.getSingleMetricAsString('on_call_agent_incidents_unpaged')).toContain('on_call_agent_incidents_unpaged 1')
  expect(phone.delivered).toEqual([])
  await fires(receivedAlert())
  await delivered(1)
  await vi.waitFor(() => expect(agent?.unpaged()).toEqual([]))
  await fires(receivedAlert())
  await delivered(1)
})
