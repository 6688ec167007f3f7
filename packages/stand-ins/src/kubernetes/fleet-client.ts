import { LogsTail } from '@oncall-lab/inventory/api'
import { EventList, InstanceList, type RollingRestartResult, type ScaleResult } from '@oncall-lab/process-manager/api'
import { createHttpClient } from '@oncall-lab/service-kit/http-client'
import { Value } from 'typebox/value'

/** The fleet as its process manager shows it, and the changes that the API's callers may ask for. */
export interface FleetClient extends AsyncDisposable {
  /** @throws UpstreamError */
  instances(): Promise<InstanceList['instances']>
  /** Everything that the process manager still knows. @throws UpstreamError */
  events(since: number): Promise<EventList>
  /** The error log of all instances, as one of them reads it. @throws UpstreamError */
  errorLog(port: number, seconds: number): Promise<LogsTail>
  scale(replicas: number): Promise<ScaleResult>
  /** Ends the process on this port in order and starts another one there. */
  replace(port: number): Promise<void>
  rollingRestart(): Promise<RollingRestartResult>
  /** All instances, or those of these ports, on another release. */
  deploy(release: string, ports?: number[]): Promise<void>
}

/** A rolling restart of ten instances takes its time. */
const CHANGE_WITHIN_MS = 180_000
const LOOK_WITHIN_MS = 5_000
const MOST_ENTRIES = 1_000

/** `baseUrl` as in PM_URL. */
export function createFleetClient(baseUrl: string): FleetClient {
  const looks = createHttpClient({ name: 'The process manager', baseUrl, timeoutMs: LOOK_WITHIN_MS })
  const changes = createHttpClient({ name: 'The process manager', baseUrl, timeoutMs: CHANGE_WITHIN_MS })
  const host = new URL(baseUrl).hostname
  return {
    instances: async () => (await looks.get('/instances', { schema: InstanceList })).instances,
    events: async (since) => await looks.get('/events', { schema: EventList, query: { since } }),
    async errorLog(port, seconds) {
      await using instance = createHttpClient({
        name: `The instance on ${port}`,
        baseUrl: `http://${host}:${port}`,
        timeoutMs: LOOK_WITHIN_MS,
      })
      const tail = await instance.get('/logs/tail', { query: { seconds, limit: MOST_ENTRIES } })
      return Value.Parse(LogsTail, tail)
    },
    scale: (replicas) => changes.post('/scale', { replicas }),
    async replace(port) {
      await changes.post('/stop', { port })
      await changes.post('/start', { port })
    },
    rollingRestart: () => changes.post('/rolling-restart', {}),
    deploy: async (release, ports) => {
      await changes.post('/deploy', { release, ...(ports && { ports }) })
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([looks[Symbol.asyncDispose](), changes[Symbol.asyncDispose]()])
    },
  }
}
