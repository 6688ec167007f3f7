import { HttpUrl } from '@oncall-lab/service-kit/config'
import { Type } from 'typebox'

/** Where the load balancer and the process manager are. */
export const fleetSettings = {
  LB_URL: Type.String({ ...HttpUrl, default: 'http://127.0.0.1:9000' }),
  PM_URL: Type.String({ ...HttpUrl, default: 'http://127.0.0.1:7070' }),
}
