import type { FaultRequest } from '@oncall-lab/inventory/api'
import { createHttpClient, type HttpClient } from '@oncall-lab/service-kit/http-client'

/** What we ask of an instance over HTTP. */
export interface InstanceClient {
  /** The pid of the process that answers as healthy on the port, null when none does. */
  findHealthyPid(port: number): Promise<number | null>
  /** @throws UpstreamError when the instance does not take it. */
  setFault(port: number, fault: Partial<FaultRequest>): Promise<void>
}

const PROBE_WITHIN_MS = 2_000
const FAULT_WITHIN_MS = 5_000

/** Asks instances on this machine. */
export function createInstanceClient(): InstanceClient {
  return {
    async findHealthyPid(port) {
      await using http = connect(port, PROBE_WITHIN_MS)
      const health = await http.get<{ ok?: unknown; pid?: unknown }>('/healthz').catch(() => null)
      return health?.ok === true && typeof health.pid === 'number' ? health.pid : null
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
