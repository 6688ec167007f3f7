import { HttpUrl } from '@oncall-lab/service-kit/config'
import { Type } from 'typebox'
import { PROM_URL } from '../../connector.ts'

/** Where Alertmanager is, and the Prometheus whose alerts it holds. */
export const alertmanagerSettings = {
  ALERTMANAGER_URL: Type.String({ ...HttpUrl, default: 'http://127.0.0.1:9093' }),
  PROM_URL,
}
