import { Registry } from 'prom-client'
import { expect, test } from 'vitest'
import { createRecorder } from '../engine/recorder.ts'
import { figuresOf } from '../output/figures.ts'
import { createMetrics } from './metrics.ts'

test('each moment adds its requests to the counters and to the buckets of the histogram', async () => {
  const registry = new Registry()
  const watch = createMetrics(registry)
  const recorder = createRecorder()
  for (const ms of [0.5, 30, 20_000]) {
    recorder.sent({ operation: 'get_item', dueAt: 0, sentAt: 0 }, false)
    recorder.ended({ operation: 'get_item', dueAt: 0, sentAt: 0 }, { status: ms > 10_000 ? 500 : 200 }, ms)
    const tally = recorder.take()
    watch({
      ...{ elapsed: 1, tally, seconds: 1, recent: figuresOf(tally, 1), rolling: undefined },
      ...{ total: { sent: 1, shed: 0, errors: 0 }, inFlight: 0 },
    })
  }
  const lines = (await registry.metrics()).split('\n')
  expect(lines).toEqual(
    expect.arrayContaining([
      'traffic_requests_total{operation="get_item",outcome="2xx"} 2',
      'traffic_requests_total{operation="get_item",outcome="5xx"} 1',
      'traffic_sent_total 3',
      'traffic_errors_total 1',
      'traffic_request_duration_seconds_bucket{le="0.001"} 1',
      'traffic_request_duration_seconds_bucket{le="0.025"} 1',
      'traffic_request_duration_seconds_bucket{le="0.05"} 2',
      'traffic_request_duration_seconds_bucket{le="10"} 2',
      'traffic_request_duration_seconds_bucket{le="+Inf"} 3',
      'traffic_request_duration_seconds_sum 20.0305',
      'traffic_request_duration_seconds_count 3',
    ]),
  )
})
