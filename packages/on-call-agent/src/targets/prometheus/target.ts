import { defineConnector } from '../../connector.ts'
import type { Target } from '../target.ts'
import { bundledMetrics } from './bundled-metrics.ts'
import { createPrometheusClient } from './client.ts'
import { computeErrorRate } from './compute-error-rate.ts'
import { createServiceFinder } from './find-service.ts'
import { createGauges } from './gauges.ts'
import { getAlertExpression } from './get-alert-expression.ts'
import { getMonitoringHealth } from './get-monitoring-health.ts'
import { queryPrometheus } from './query-prometheus.ts'
import { prometheusSettings } from './settings.ts'

/** Metrics, from Prometheus. */
export const prometheus = defineConnector<Target, typeof prometheusSettings>({
  id: 'prometheus',
  settings: prometheusSettings,
  connect({ PROM_URL: address, PROM_SERVICE_LABEL: label }) {
    const client = createPrometheusClient(address)
    const finder = createServiceFinder(client, label)
    const port: Target = {
      id: 'prometheus',
      sees: 'metrics (the error rate, and any PromQL)',
      covers: async (incident, signal) => (await finder.find(incident, signal)) !== undefined,
      firstLook: [{ name: 'compute_error_rate', args: {} }],
      gauges: createGauges(client, finder),
      bundled: bundledMetrics(client, finder),
      functions: [
        computeErrorRate(client, finder),
        queryPrometheus(client, label),
        getAlertExpression(client),
        getMonitoringHealth(client),
      ],
    }
    return { kind: 'on', port, about: { id: 'prometheus', name: 'Prometheus', kind: 'real', address, variable: 'PROM_URL' } }
  },
})
