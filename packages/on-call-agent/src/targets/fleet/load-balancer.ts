import { LogsTail } from '@oncall-lab/inventory/api'
import { UpstreamError } from '@oncall-lab/service-kit/errors'
import { createHttpClient } from '@oncall-lab/service-kit/http-client'
import { Value } from 'typebox/value'

/** What the agent reads through the load balancer. */
export interface LoadBalancerClient extends AsyncDisposable {
  /** The newest error log entries of all instances, from whichever instance answers. @throws UpstreamError */
  tailLogs(seconds: number, limit: number, signal?: AbortSignal): Promise<LogsTail>
  /** The backends that it sends to. @throws UpstreamError */
  backends(signal?: AbortSignal): Promise<string[]>
}

/** `baseUrl` as in LB_URL. */
export function createLoadBalancerClient(baseUrl: string): LoadBalancerClient {
  const http = createHttpClient({ name: 'The load balancer', baseUrl, timeoutMs: 8_000 })
  return {
    async tailLogs(seconds, limit, signal) {
      const tail = await http.get('/logs/tail', { query: { seconds, limit }, ...(signal && { signal }) })
      if (Value.Check(LogsTail, tail)) return tail
      throw new UpstreamError('The log that came through the load balancer is not in the known form', { code: 'upstream_garbled' })
    },
    async backends(signal) {
      try {
        return (await http.get<{ backends: string[] }>('/healthz', signal ? { signal } : {})).backends
      } catch (error) {
        // It answers 503 exactly when it has no backend.
        if (error instanceof UpstreamError && error.upstreamStatus === 503) return []
        throw error
      }
    },
    [Symbol.asyncDispose]: () => http[Symbol.asyncDispose](),
  }
}
