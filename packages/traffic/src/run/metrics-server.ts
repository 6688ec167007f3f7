import type { AddressInfo } from 'node:net'
import { Registry } from 'prom-client'
import { createMetrics } from './metrics.ts'
import type { Moment } from './moment.ts'

/** Prometheus' view of a run. */
export interface MetricsServer extends AsyncDisposable {
  url: string
  watch(moment: Moment): void
}

/** Serves `GET /metrics` on 127.0.0.1 until disposed; rejects when the port is taken. */
export async function serveMetrics(port: number): Promise<MetricsServer> {
  // Only who asks for metrics waits for the web framework to load.
  const { buildService } = await import('@oncall-lab/service-kit/service')
  const registry = new Registry()
  const watch = createMetrics(registry)
  const app = buildService(registry, { name: 'traffic', logLevel: 'silent' })
  try {
    await app.listen({ port, host: '127.0.0.1' })
  } catch (cause) {
    throw new Error(`option '--prometheus-port <n>': cannot listen on ${port}`, { cause })
  }
  const { port: bound } = app.server.address() as AddressInfo // A TCP server's address is no string.
  return {
    url: `http://127.0.0.1:${bound}/metrics`,
    watch,
    [Symbol.asyncDispose]: () => app.close(),
  }
}
