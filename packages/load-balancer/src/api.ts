import { type Static, Type } from 'typebox'

/** `GET /healthz` of the load balancer: `ok` is true while it has a backend to send to. */
export const LoadBalancerHealth = Type.Object({ ok: Type.Boolean(), backends: Type.Array(Type.String()) })
export type LoadBalancerHealth = Static<typeof LoadBalancerHealth>
