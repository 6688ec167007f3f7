import { UpstreamError } from '@oncall-lab/service-kit/errors'
import { createHttpClient } from '@oncall-lab/service-kit/http-client'
import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'

const Instance = Type.Object({
  instance: Type.String(),
  port: Type.Integer(),
  instance_id: Type.Union([Type.String(), Type.Null()]),
  state: Type.String(),
  release: Type.Optional(Type.String()),
  /** Out of the balancer though it runs. */
  drained: Type.Optional(Type.Boolean()),
})
/** An instance, as far as actions read it. */
export type FleetInstance = Static<typeof Instance>

const Instances = Type.Object({ instances: Type.Array(Instance) })
const Release = Type.Object({ release: Type.String(), ran_well: Type.Boolean() })
const Releases = Type.Object({ current: Type.String(), releases: Type.Array(Release) })
/** The releases that there are, and the one that a new instance gets. */
type FleetReleases = Static<typeof Releases>

const SettingValue = Type.Object({
  component: Type.String(),
  setting: Type.String(),
  value: Type.String(),
  ports: Type.Array(Type.Object({ port: Type.Integer(), value: Type.String() })),
  last_change: Type.Optional(Type.Object({ from: Type.String(), to: Type.String(), ports: Type.Optional(Type.Array(Type.Integer())) })),
})
/** A setting, as far as actions read it. */
export type FleetSetting = Static<typeof SettingValue>
const Settings = Type.Object({ settings: Type.Array(SettingValue) })

const Part = Type.Object({ part: Type.String(), state: Type.String(), is_ours: Type.Boolean() })
const Parts = Type.Object({ parts: Type.Array(Part) })

const Done = Type.Object({
  ok: Type.Boolean(),
  failed: Type.Optional(Type.Object({ port: Type.Integer(), reason: Type.String() })),
})

/** What the agent may ask the process manager to do. Each call is sent once; the process manager has a policy of its own. */
export interface ActingClient {
  /** @throws UpstreamError, as all of them. */
  instances(signal: AbortSignal): Promise<FleetInstance[]>
  releases(signal: AbortSignal): Promise<FleetReleases>
  settings(signal: AbortSignal): Promise<FleetSetting[]>
  /** The database and the load balancer: whether they run. */
  parts(signal: AbortSignal): Promise<Static<typeof Part>[]>
  /** Returns the answer in words. */
  scale(replicas: number, signal: AbortSignal): Promise<string>
  restart(port: number, signal: AbortSignal): Promise<string>
  drain(port: number, signal: AbortSignal): Promise<string>
  undrain(port: number, signal: AbortSignal): Promise<string>
  deploy(release: string, ports: number[] | undefined, signal: AbortSignal): Promise<string>
  rollingRestart(signal: AbortSignal): Promise<string>
  startPart(part: string, signal: AbortSignal): Promise<string>
  set(change: { component: string; setting: string; value: string; ports?: number[] | undefined }, signal: AbortSignal): Promise<string>
}

/** As a rolling deploy may take. */
const TIMEOUT_MS = 90_000

/** `baseUrl` as in PM_URL; `token` as in PM_AGENT_TOKEN. */
export function createActingClient(baseUrl: string, token: string, { timeoutMs = TIMEOUT_MS } = {}): ActingClient {
  const looking = createHttpClient({ name: 'The process manager', baseUrl, timeoutMs: 5_000, token })
  const acting = createHttpClient({ name: 'The process manager', baseUrl, timeoutMs, token })
  const post = async (path: string, body: object, signal: AbortSignal): Promise<string> => {
    const answer = await acting.post(path, body, { signal })
    if (!Value.Check(Done, answer))
      throw new UpstreamError(`The process manager answered ${path} in an unknown form`, { code: 'upstream_garbled' })
    if (answer.failed) return `${path} ${JSON.stringify(body)}: ${answer.failed.port} did not come up (${answer.failed.reason}).`
    return `${path} ${JSON.stringify(body)}: ${answer.ok ? 'done' : 'done, but not all of it became healthy'}.`
  }
  return {
    instances: async (signal) => (await looking.get('/instances', { schema: Instances, signal })).instances,
    releases: (signal) => looking.get('/releases', { schema: Releases, signal }),
    settings: async (signal) => (await looking.get('/settings', { schema: Settings, signal })).settings,
    parts: async (signal) => (await looking.get('/parts', { schema: Parts, signal })).parts,
    scale: (replicas, signal) => post('/scale', { replicas }, signal),
    restart: (port, signal) => post('/restart', { port }, signal),
    drain: (port, signal) => post('/drain', { port, keep: true }, signal),
    undrain: (port, signal) => post('/undrain', { port }, signal),
    deploy: (release, ports, signal) => post('/deploy', { release, ...(ports && { ports }) }, signal),
    rollingRestart: (signal) => post('/rolling-restart', {}, signal),
    startPart: (part, signal) => post('/start-part', { part }, signal),
    set: ({ component, setting, value, ports }, signal) =>
      post('/settings', { component, setting, value, ...(ports && { ports }) }, signal),
  }
}
