import { type Static, Type } from 'typebox'

/**
 * `GET /healthz` of the load balancer: `ok` is true while it has a backend to send to (else the status is 503). `available` are those of `backends`
 * that are healthy, not ejected and not full; with `panic` there are so few of them that all are used. `list_age_seconds` is the time since the
 * process manager last confirmed the list, null when it never did.
 */
export const LoadBalancerHealth = Type.Object({
  ok: Type.Boolean(),
  backends: Type.Array(Type.String()),
  available: Type.Array(Type.String()),
  panic: Type.Boolean(),
  list_age_seconds: Type.Union([Type.Number(), Type.Null()]),
})
export type LoadBalancerHealth = Static<typeof LoadBalancerHealth>
