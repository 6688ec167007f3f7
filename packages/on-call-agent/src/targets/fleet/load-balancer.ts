import { LogsTail } from '@oncall-lab/inventory/api'
import { LoadBalancerHealth } from '@oncall-lab/load-balancer/api'
import { createHttpClient } from '@oncall-lab/service-kit/http-client'
import { Type } from 'typebox'

/** What the agent reads through the load balancer. */
export interface LoadBalancerClient {
  /** The newest error log entries of all instances, from whichever instance answers. @throws UpstreamError */
  tailLogs(seconds: number, limit: number, signal?: AbortSignal): Promise<LogsTail>
  /** What it says of its backends. @throws UpstreamError */
  state(signal?: AbortSignal): Promise<LoadBalancerHealth>
  /** The backends that it sends to. @throws UpstreamError */
  backends(signal?: AbortSignal): Promise<string[]>
}

const Health = Type.Object({ backends: Type.Array(Type.String()) })

/** `baseUrl` as in LB_URL. */
export function createLoadBalancerClient(baseUrl: string, { timeoutMs = 8_000 } = {}): LoadBalancerClient {
  const http = createHttpClient({ name: 'The load balancer', baseUrl, timeoutMs })
  return {
    tailLogs: (seconds, limit, signal) => http.get('/logs/tail', { schema: LogsTail, query: { seconds, limit }, signal }),
    // It answers 503, in the same form, when it has no backend.
    state: (signal) => http.get('/healthz', { schema: LoadBalancerHealth, signal, accepts: [503] }),
    async backends(signal) {
      // It answers 503, in the same form, when it has no backend.
      return (await http.get('/healthz', { schema: Health, signal, accepts: [503] })).backends
    },
  }
}
