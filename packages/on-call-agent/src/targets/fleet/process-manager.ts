import { UpstreamError } from '@oncall-lab/service-kit/errors'
import { createHttpClient } from '@oncall-lab/service-kit/http-client'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { ListedInstance } from '../../functions.ts'

/** The part of `GET /instances` that is read. */
const InstanceList = Type.Object({ instances: Type.Array(ListedInstance) })

/** What the agent reads from the process manager: which instances there are, and nothing else. */
export interface ProcessManagerClient extends AsyncDisposable {
  /** @throws UpstreamError */
  instances(signal?: AbortSignal): Promise<ListedInstance[]>
}

/** `baseUrl` as in PM_URL. */
export function createProcessManagerClient(baseUrl: string): ProcessManagerClient {
  const http = createHttpClient({ name: 'The process manager', baseUrl, timeoutMs: 5_000 })
  return {
    async instances(signal) {
      const list = await http.get('/instances', signal ? { signal } : {})
      if (!Value.Check(InstanceList, list))
        throw new UpstreamError('The process manager answered in an unknown form', { code: 'upstream_garbled' })
      // Only what the contract names goes on, whatever else the answer holds.
      return (Value.Clean(InstanceList, list) as typeof list).instances
    },
    [Symbol.asyncDispose]: () => http[Symbol.asyncDispose](),
  }
}
