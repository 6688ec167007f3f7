import type { FaultRequest } from '@oncall-lab/inventory/api'
import { UpstreamError } from '@oncall-lab/service-kit/errors'
import { createHttpClient, type HttpClient } from '@oncall-lab/service-kit/http-client'

/** What we ask of an instance over HTTP. */
export interface InstanceClient {
  /** The id of the instance that answers as healthy on the port, null when none does. */
  findHealthyId(port: number): Promise<string | null>
  /** True when anything answers on the port within that time, be it an error: then it does not hang. */
  isAnswering(port: number, withinMs: number): Promise<boolean>
  /** @throws UpstreamError when the instance does not take it. */
  setFault(port: number, fault: Partial<FaultRequest>): Promise<void>
}

const PROBE_WITHIN_MS = 2_000
const FAULT_WITHIN_MS = 5_000

/** Asks instances on this machine. */
export function createInstanceClient(): InstanceClient {
  return {
    async findHealthyId(port) {
      await using http = connect(port, PROBE_WITHIN_MS)
      const health = await http.get<{ ok?: unknown; instance_id?: unknown } | null>('/healthz').catch(() => null)
      return health?.ok === true && typeof health.instance_id === 'string' ? health.instance_id : null
    },
    async isAnswering(port, withinMs) {
      await using http = connect(port, withinMs)
      // Without the await the connection would be closed before the answer.
      return await http.get('/healthz').then(
        () => true,
        (error) => error instanceof UpstreamError && (error.code === 'upstream_status' || error.code === 'upstream_garbled'),
      )
    },
    async setFault(port, fault) {
      await using http = connect(port, FAULT_WITHIN_MS)
      await http.post('/faults', fault)
    },
  }
}

function connect(port: number, timeoutMs: number): HttpClient {
  return createHttpClient({ name: `The instance on port ${port}`, baseUrl: `http://127.0.0.1:${port}`, timeoutMs })
}
