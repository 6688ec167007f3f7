import { defineConnector } from '../../connector.ts'
import type { Target } from '../target.ts'
import { createPrometheusClient } from './client.ts'
import { computeErrorRate } from './compute-error-rate.ts'
import { queryPrometheus } from './query-prometheus.ts'
import { prometheusSettings } from './settings.ts'

/** Metrics, from Prometheus. */
export const prometheus = defineConnector<Target, typeof prometheusSettings>({
  id: 'prometheus',
  settings: prometheusSettings,
  connect({ PROM_URL: address }) {
    const client = createPrometheusClient(address)
    const port: Target = {
      id: 'prometheus',
      sees: 'Metrics: the error rate of the service, and any PromQL.',
      covers: async () => true,
      firstLook: [{ name: 'compute_error_rate', args: {} }],
      functions: [computeErrorRate(client), queryPrometheus(client)],
    }
    return { kind: 'on', port, about: { id: 'prometheus', name: 'Prometheus', kind: 'real', address, variable: 'PROM_URL' } }
  },
})
