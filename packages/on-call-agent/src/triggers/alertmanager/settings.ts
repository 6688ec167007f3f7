import { HttpUrl } from '@oncall-lab/service-kit/config'
import { Type } from 'typebox'
import { PROM_URL } from '../../connector.ts'

/** Where Alertmanager is, the Prometheus whose alerts it holds, and how its alerts are read. */
export const alertmanagerSettings = {
  ALERTMANAGER_URL: Type.String({ ...HttpUrl, default: 'http://127.0.0.1:9093' }),
  PROM_URL,
  /** Comma-separated labels: the first that an alert has is what it is grouped by. */
  ALERT_SERVICE_LABELS: Type.String({ default: 'service,job' }),
  /** Comma-separated labels that are added to the name of an alert that has none of those. */
  ALERT_FALLBACK_LABELS: Type.String({ default: 'cluster,namespace' }),
  /** Comma-separated names of alerts that always fire. When they stop, the alerting pipeline is silent. */
  ALERT_WATCHDOGS: Type.String({ default: 'Watchdog,DeadMansSwitch' }),
  /** An episode that Alertmanager was never seen to hold ends when nothing was received of it for so long. */
  ALERT_STALE_HOURS: Type.Number({ default: 24, minimum: 0.01, maximum: 8_760 }),
}
