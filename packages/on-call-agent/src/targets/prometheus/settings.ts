import { PROM_URL } from '../../connector.ts'

/** Where Prometheus is. */
export const prometheusSettings = { PROM_URL }
