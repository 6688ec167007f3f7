import { HttpUrl } from '@oncall-lab/service-kit/config'
import { Type } from 'typebox'
import { OptionalText } from '../../connector.ts'

/** Where the load balancer and the process manager are. */
export const fleetSettings = {
  /** `off` where the shop is seen otherwise, e.g. through Kubernetes alone. */
  FLEET: Type.Enum(['on', 'off'], { default: 'on' }),
  LB_URL: Type.String({ ...HttpUrl, default: 'http://127.0.0.1:9000' }),
  PM_URL: Type.String({ ...HttpUrl, default: 'http://127.0.0.1:7070' }),
  /** By which the process manager knows the agent, and holds it to its own policy. */
  PM_AGENT_TOKEN: OptionalText,
}
