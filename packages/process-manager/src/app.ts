import { badInput } from '@oncall-lab/service-kit/errors'
import { buildService, type Service } from '@oncall-lab/service-kit/service'
import type { Registry } from 'prom-client'
import {
  ActiveFaults,
  BackendList,
  BackendsQuery,
  DrainRequest,
  EventList,
  EventsQuery,
  FaultModes,
  FLEET_FAULTS,
  FleetFaultRequest,
  FleetFaultResult,
  InstanceList,
  RollingRestartRequest,
  RollingRestartResult,
  ScaleRequest,
  ScaleResult,
  StartRequest,
  StopRequest,
  TrafficRequest,
  TrafficState,
} from './api.ts'
import type { BackendFeed } from './backend-feed.ts'
import type { EventLog } from './event-log.ts'
import type { Fleet } from './fleet.ts'
import { describeFaults } from './fleet-fault-schema.ts'
import type { FleetFaults } from './fleet-faults.ts'
import { RollingRestart } from './rolling-restart.ts'
import type { TrafficRuns } from './traffic/traffic-runs.ts'

/** What the routes are made of. */
export interface ProcessManagerParts {
  registry: Registry
  fleet: Fleet
  backends: BackendFeed
  events: EventLog
  faults: FleetFaults
  traffic: TrafficRuns
  logLevel?: 'silent' | 'debug' | 'info' | 'warn' | 'error'
}

/** The process manager's routes; closing the app stops the fleet. */
export function buildApp({ registry, fleet, backends, events, faults, traffic, logLevel }: ProcessManagerParts): Service {
  const app = buildService(registry, { name: 'process-manager', ...(logLevel && { logLevel }) })

  app.get('/instances', { schema: { response: { 200: InstanceList } } }, () => ({ instances: fleet.list() }))
  app.get('/events', { schema: { querystring: EventsQuery, response: { 200: EventList } } }, ({ query }) => events.since(query.since ?? 0))
  addBackends(app, backends)
  addFleetRoutes(app, fleet)
  addRollingRestart(app, fleet)

  app.post('/fault', { schema: { body: FleetFaultRequest, response: { 200: FleetFaultResult } } }, ({ body }) => faults.apply(body))
  app.get('/fault', { schema: { response: { 200: ActiveFaults } } }, () => faults.list())
  app.get('/fault/modes', { schema: { response: { 200: FaultModes } } }, () => describeFaults(FLEET_FAULTS))
  app.get('/traffic', { schema: { response: { 200: TrafficState } } }, () => traffic.state())
  app.post('/traffic', { schema: { body: TrafficRequest, response: { 200: TrafficState } } }, ({ body }) => traffic.apply(body))

  // Before the server waits for its last requests: those may be waiting for an instance.
  app.addHook('preClose', async () => {
    await Promise.all([traffic, faults, fleet].map((each) => each[Symbol.asyncDispose]()))
  })
  return app
}

function addBackends(app: Service, backends: BackendFeed): void {
  app.get('/backends', { schema: { querystring: BackendsQuery, response: { 200: BackendList } } }, ({ query }, reply) => {
    const { after, wait_seconds = 10 } = query
    if (after === undefined) return backends.current()
    const gone = new AbortController()
    reply.raw.once('close', () => gone.abort())
    return backends.next(after, wait_seconds, gone.signal)
  })
}

function addRollingRestart(app: Service, fleet: Fleet): void {
  const rolling = new RollingRestart(fleet)
  app.post(
    '/rolling-restart',
    { schema: { body: RollingRestartRequest, response: { 200: RollingRestartResult } }, preValidation: allowNoBody },
    (request) => {
      // Ten instances may take longer than a connection may be silent.
      request.raw.socket.setTimeout(0)
      return rolling.run(callerOf(request))
    },
  )
}

/** No body at all is an empty one; `null` is a body, and not one that a schema takes. */
async function allowNoBody(request: { body: unknown }): Promise<void> {
  if (request.body === undefined) request.body = {}
}

/** What a request tells of its caller. */
interface Call {
  method: string
  routeOptions: { url?: string | undefined }
  headers: Record<string, string | string[] | undefined>
  ip: string
}

/** Who asked for a change, as it stands in the events: `POST /scale by curl/8.5.0 at 127.0.0.1`. The name is the caller's own, cut to what is harmless in a log. */
function callerOf({ method, routeOptions, headers, ip }: Call): string {
  const name =
    String(headers['user-agent'] ?? '')
      .replace(/[^\w./ -]/g, '')
      .slice(0, 40) || 'an unnamed caller'
  return `${method} ${routeOptions.url} by ${name} at ${ip}`
}

function addFleetRoutes(app: Service, fleet: Fleet): void {
  const response = { 200: ScaleResult }
  app.post('/scale', { schema: { body: ScaleRequest, response } }, (request) => fleet.scale(request.body.replicas, callerOf(request)))

  // Without any body: on the lowest free port.
  app.post('/start', { schema: { body: StartRequest, response }, preValidation: allowNoBody }, (request) =>
    fleet.start(request.body.port, callerOf(request)),
  )

  app.post('/drain', { schema: { body: DrainRequest, response } }, (request) => {
    const { port } = request.body
    return fleet.stop((instance) => instance.port === port, `body.port ${port}`, callerOf(request))
  })

  app.post('/stop', { schema: { body: StopRequest, response } }, (request) => {
    const { port, pid } = request.body
    if ((port === undefined) === (pid === undefined)) throw badInput('body', 'must have exactly one of port and pid')
    const asked = port === undefined ? `body.pid ${pid}` : `body.port ${port}`
    return fleet.stop((instance) => (port === undefined ? instance.pid === pid : instance.port === port), asked, callerOf(request))
  })
}
