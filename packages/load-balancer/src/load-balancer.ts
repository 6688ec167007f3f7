import { once } from 'node:events'
import type { Server } from 'node:http'
import type { Logger } from 'pino'
import type { Registry } from 'prom-client'
import type { AddressRange } from './address-range.ts'
import { buildApp } from './app.ts'
import { ActiveProbes } from './backends/active-probes.ts'
import type { BackendListener } from './backends/backend.ts'
import { BackendSet } from './backends/backend-set.ts'
import type { ExchangeContext } from './exchange-context.ts'
import { SettingsInUse } from './fleet-settings.ts'
import type { Limits } from './limits.ts'
import { createMetrics, type Metrics } from './metrics.ts'
import { buildOwnRoutes } from './own-routes.ts'
import { POLICIES, type PolicyName } from './policies/policies.ts'
import { keepTime } from './time-keeper.ts'
import { UnderWay } from './under-way.ts'
import { WallClock } from './wall-clock.ts'

/** How a balancer shall work. */
export interface LoadBalancerOptions {
  policy: PolicyName
  maxInFlight: number
  ejectAfter: number
  ejectAfter5xx: number
  limits: Limits
  trustedHops: AddressRange
  /** Null: no active probes. */
  probes: { path: string; everyMs: number; timeoutMs: number } | null
  /** How long requests under way may go on after `close` was called. */
  drainMs: number
  log: Logger
  registry: Registry
}

/** A balancer whose server does not listen yet. */
export interface LoadBalancer {
  server: Server
  backends: BackendSet
  metrics: Metrics
  /** What the fleet sets of it. */
  settings: SettingsInUse
  /** The list of backends was confirmed just now. */
  confirmList(): void
  /** Takes no new connections, finishes what is under way (bounded by `drainMs`), then closes everything. */
  close(): Promise<void>
}

/** Puts the parts of the balancer together. It begins without backends: `backends.replace` brings them. */
export function createLoadBalancer(options: LoadBalancerOptions): LoadBalancer {
  const { policy, maxInFlight, ejectAfter, ejectAfter5xx, limits, registry, log } = options
  let confirmedAt: number | null = null
  const listAge = () => (confirmedAt === null ? null : Math.round(performance.now() - confirmedAt) / 1_000)
  const listener: BackendListener = {
    ejected(backend, reason, forMs) {
      metrics.ejected(backend.url, reason)
      log.warn({ backend: backend.url, reason, for_ms: forMs }, 'backend ejected')
    },
    reinstated: ({ url }, by) => log.info({ backend: url, by }, 'backend back in use'),
    probesChanged: ({ url }, healthy) =>
      log.warn({ backend: url, healthy }, healthy ? 'probes find the backend well' : 'probes find the backend down'),
    opened: ({ url }) => metrics.opened(url),
    lost: (backend) => probes?.probe(backend),
  }
  const backends = new BackendSet({ policy: POLICIES[policy](), maxInFlight, ejectAfter, ejectAfter5xx, listener })
  const metrics = createMetrics(registry, { backends, listAge })
  const settings = new SettingsInUse(limits.readTimeoutMs)
  const context: ExchangeContext = { backends, metrics, limits, settings, clock: new WallClock(), underWay: new UnderWay(), closing: false }
  const ownRoutes = buildOwnRoutes({ context, registry, listAge, log })
  const server = buildApp({ context, ownRoutes, trustedHops: options.trustedHops })
  const time = keepTime(context)
  const probes = options.probes && new ActiveProbes(backends, options.probes)

  return {
    server,
    backends,
    metrics,
    settings,
    confirmList() {
      confirmedAt = performance.now()
    },
    async close() {
      context.closing = true
      await closeServer(server, options.drainMs)
      time[Symbol.dispose]()
      probes?.[Symbol.dispose]()
      backends.close()
    },
  }
}

async function closeServer(server: Server, drainMs: number): Promise<void> {
  if (!server.listening) return
  const closed = once(server, 'close')
  server.close()
  const patience = setTimeout(() => server.closeAllConnections(), drainMs)
  await closed
  clearTimeout(patience)
}
