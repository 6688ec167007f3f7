import { Type } from 'typebox'
import { PROM_URL } from '../../connector.ts'

/** Where Prometheus is, and which label of its series names the service. */
export const prometheusSettings = {
  PROM_URL,
  PROM_SERVICE_LABEL: Type.String({
    default: 'job',
    pattern: '^[a-zA-Z_][a-zA-Z0-9_]*$',
    description: 'the name of a label, letters, digits and _, such as job or app',
  }),
}
