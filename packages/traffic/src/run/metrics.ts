import { PlainHistogram } from '@oncall-lab/service-kit/plain-histogram'
import { Counter, Gauge, type Registry } from 'prom-client'
import { BUCKETS_S } from '../engine/tally.ts'
import type { Moment } from './moment.ts'

/** Registers the generator's metrics; returns what brings them up to date with each moment. */
export function createMetrics(registry: Registry): (moment: Moment) => void {
  const registers = [registry]
  const requests = new Counter({
    name: 'traffic_requests_total',
    help: 'Requests that ended, by what they were for and how they ended',
    labelNames: ['operation', 'outcome'],
    registers,
  })
  const sent = new Counter({ name: 'traffic_sent_total', help: 'Requests that left', registers })
  const errors = new Counter({ name: 'traffic_errors_total', help: 'Requests that ended in an error, shed ones too', registers })
  const shed = new Counter({ name: 'traffic_shed_total', help: 'Arrivals that never left', registers })
  const inFlight = new Gauge({ name: 'traffic_in_flight_requests', help: 'Requests that wait for their answer', registers })
  const lagP50 = new Gauge({
    name: 'traffic_send_lag_p50_seconds',
    help: 'The median of how late requests left in the last second',
    registers,
  })
  const lagP99 = new Gauge({
    name: 'traffic_send_lag_p99_seconds',
    help: 'The 99th percentile of how late requests left in the last second',
    registers,
  })
  const latency = new PlainHistogram({
    name: 'traffic_request_duration_seconds',
    help: 'From when requests were due to their end',
    buckets: BUCKETS_S,
    registry,
  })

  return ({ tally, recent, inFlight: flying }) => {
    for (const [operation, outcomes] of Object.entries(tally.results))
      for (const [outcome, count] of Object.entries(outcomes)) requests.inc({ operation, outcome }, count)
    sent.inc(tally.sent)
    errors.inc(tally.errors)
    shed.inc(tally.shed)
    inFlight.set(flying)
    lagP50.set((recent.lag_p50_ms ?? 0) / 1_000)
    lagP99.set((recent.lag_p99_ms ?? 0) / 1_000)
    latency.add(tally.buckets, tally.latencySumS)
  }
}
