import { createHttpClient } from '@oncall-lab/service-kit/http-client'
import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'
import { ListedInstance } from '../../functions.ts'
import { Nullable } from '../../nullable.ts'

/** The part of `GET /instances` that is read. */
const InstanceList = Type.Object({ instances: Type.Array(ListedInstance) })

/** The part of an event that is read. */
const FleetChange = Type.Object({
  at: Type.String(),
  type: Type.String(),
  by: Type.String(),
  port: Type.Optional(Type.Integer()),
  ports: Type.Optional(Type.Array(Type.Integer())),
  release: Type.Optional(Type.String()),
  from: Type.Optional(Nullable(Type.String())),
  to: Type.Optional(Nullable(Type.String())),
  component: Type.Optional(Type.String()),
  setting: Type.Optional(Type.String()),
})
export type FleetChange = Static<typeof FleetChange>
/** The part of `GET /releases` that is read. */
const Releases = Type.Object({
  releases: Type.Array(Type.Object({ release: Type.String(), commit: Type.String(), ran_well: Type.Optional(Type.Boolean()) })),
})
const FleetEvents = Type.Object({ events: Type.Array(FleetChange) })

/** What the agent reads from the process manager: which instances there are, and nothing else. */
export interface ProcessManagerClient {
  /** @throws UpstreamError */
  instances(signal?: AbortSignal): Promise<ListedInstance[]>
  /** What happened to the fleet, oldest first. @throws UpstreamError */
  events(signal?: AbortSignal): Promise<FleetChange[]>
  /** What each release is made of, and whether it ran well. @throws UpstreamError */
  releases(signal?: AbortSignal): Promise<Static<typeof Releases>['releases']>
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
    events: async (signal) => (await http.get('/events', { schema: FleetEvents, signal })).events,
    releases: async (signal) => (await http.get('/releases', { schema: Releases, signal })).releases,
  }
}
