import { createHttpClient } from '@oncall-lab/service-kit/http-client'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { ListedInstance } from '../../functions.ts'

/** The part of `GET /instances` that is read. */
const InstanceList = Type.Object({ instances: Type.Array(ListedInstance) })

/** What the agent reads from the process manager: which instances there are, and nothing else. */
export interface ProcessManagerClient {
  /** @throws UpstreamError */
  instances(signal?: AbortSignal): Promise<ListedInstance[]>
}

/** `baseUrl` as in PM_URL. */
export function createProcessManagerClient(baseUrl: string, { timeoutMs = 5_000 } = {}): ProcessManagerClient {
  const http = createHttpClient({ name: 'The process manager', baseUrl, timeoutMs })
  return {
    async instances(signal) {
      const list = await http.get('/instances', { schema: InstanceList, signal })
      // Only what the contract names goes on, whatever else the answer holds.
      return (Value.Clean(InstanceList, list) as typeof list).instances
    },
  }
}
