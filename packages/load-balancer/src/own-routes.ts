import { buildService, type Service } from '@oncall-lab/service-kit/service'
import type { Registry } from 'prom-client'
import type { LoadBalancerHealth } from './api.ts'
import type { ExchangeContext } from './exchange-context.ts'

/** What the balancer's own routes tell of. */
export interface OwnRoutesParts {
  context: ExchangeContext
  registry: Registry
  /** Seconds since the list of backends was last confirmed, null when it never was. */
  listAge: () => number | null
  logLevel?: 'silent' | 'debug' | 'info' | 'warn' | 'error'
}

/** `GET /healthz` and `GET /metrics` of the balancer, and nothing else. */
export function buildOwnRoutes({ context, registry, listAge, logLevel = 'info' }: OwnRoutesParts): Service {
  const { backends } = context
  const health = (): LoadBalancerHealth => ({
    ok: backends.all.length > 0,
    backends: backends.urls(),
    available: backends.available().map(({ url }) => url),
    panic: backends.panicking,
    list_age_seconds: listAge(),
  })
  return buildService(registry, { name: 'load-balancer', logLevel, health })
}
