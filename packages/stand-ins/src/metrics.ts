import { Counter, type Registry } from 'prom-client'
import { VENDORS } from './api.ts'

/** The stand-ins' own metrics; `stand_in_requests_total` counts answers by vendor and HTTP status. */
export function createMetrics(registry: Registry) {
  const requests = new Counter({
    name: 'stand_in_requests_total',
    help: 'Requests that a stand-in answered, by vendor and HTTP status.',
    labelNames: ['vendor', 'status'] as const,
    registers: [registry],
  })
  for (const vendor of VENDORS) requests.inc({ vendor, status: '200' }, 0)
  return { requests }
}
export type Metrics = ReturnType<typeof createMetrics>
