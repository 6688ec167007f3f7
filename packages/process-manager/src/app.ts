import { badInput } from '@oncall-lab/service-kit/errors'
import { buildService, type Service } from '@oncall-lab/service-kit/service'
import type { Registry } from 'prom-client'
import { addAgentGate } from './agent-gate.ts'
import {
  ActiveFaults,
  BackendList,
  BackendsQuery,
  DrainRequest,
  EventList,
  EventsQuery,
  FaultHistoryList,
  FaultModes,
  FLEET_FAULTS,
  FleetFaultRequest,
  FleetFaultResult,
  InstanceList,
  PortRequest,
  ScaleRequest,
  ScaleResult,
  StartRequest,
  StopRequest,
  TrafficRequest,
  TrafficState,
} from './api.ts'
import type { BackendFeed } from './backend-feed.ts'
import { type Call, nameCaller } from './callers.ts'
import { addDeployRoutes, allowNoBody } from './deploy-routes.ts'
import type { Deployments } from './deployments.ts'
import type { EventLog } from './event-log.ts'
import type { Fleet } from './fleet.ts'
import { describeFaults } from './fleet-fault-schema.ts'
import type { FleetFaults } from './fleet-faults.ts'
import { addPartRoutes } from './part-routes.ts'
import type { Rollout } from './rollout.ts'
import type { SettingsBook } from './settings-book.ts'
import type { ShopParts } from './shop-parts.ts'
import type { TrafficRuns } from './traffic/traffic-runs.ts'

/** What the routes are made of. */
export interface ProcessManagerParts {
  registry: Registry
  fleet: Fleet
  backends: BackendFeed
  events: EventLog
  faults: FleetFaults
  traffic: TrafficRuns
  deployments: Deployments
  rollout: Rollout
  settings: SettingsBook
  parts: ShopParts
  /** By which the agent is known. */
  agentToken: string
  logLevel?: 'silent' | 'debug' | 'info' | 'warn' | 'error'
}

/** The process manager's routes; closing the app stops the fleet. */
export function buildApp(parts: ProcessManagerParts): Service {
  const { registry, fleet, backends, events, faults, deployments, rollout, settings, traffic, agentToken, logLevel } = parts
  const app = buildService(registry, { name: 'process-manager', ...(logLevel && { logLevel }) })

  const callerOf = (call: Call) => nameCaller(call, agentToken)
  addAgentGate(app, {
    token: agentToken,
    view: () => ({
      replicas: fleet.desiredPorts().length,
      instances: fleet.list(),
      ranWell: (release) => deployments.ranWell(release),
      lastChange: (component, setting) => settings.lastChange(component, setting),
      busy: rollout.isRunning ? 'a deploy or a restart' : undefined,
    }),
  })

  app.get('/instances', { schema: { response: { 200: InstanceList } } }, () => ({ instances: fleet.list() }))
  app.get('/events', { schema: { querystring: EventsQuery, response: { 200: EventList } } }, ({ query }) => events.since(query.since ?? 0))
  addBackends(app, backends)
  addFleetRoutes(app, fleet, callerOf)
  addDeployRoutes(app, { deployments, rollout, settings, fleet, callerOf })
  addPartRoutes(app, parts.parts, callerOf)

  app.post('/fault', { schema: { body: FleetFaultRequest, response: { 200: FleetFaultResult } } }, ({ body }) => faults.apply(body))
  app.get('/fault', { schema: { response: { 200: ActiveFaults } } }, () => faults.list())
  app.get('/fault/history', { schema: { response: { 200: FaultHistoryList } } }, () => faults.history.list())
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

function addFleetRoutes(app: Service, fleet: Fleet, callerOf: (call: Call) => string): void {
  const response = { 200: ScaleResult }
  app.post('/scale', { schema: { body: ScaleRequest, response } }, (request) => fleet.scale(request.body.replicas, callerOf(request)))

  // Without any body: on the lowest free port.
  app.post('/start', { schema: { body: StartRequest, response }, preValidation: allowNoBody }, (request) =>
    fleet.start(request.body.port, callerOf(request)),
  )

  app.post('/drain', { schema: { body: DrainRequest, response } }, (request) => {
    const { port, keep } = request.body
    if (keep) return fleet.setDrained(port, true, callerOf(request))
    return fleet.stop((instance) => instance.port === port, `body.port ${port}`, callerOf(request))
  })

  app.post('/undrain', { schema: { body: PortRequest, response } }, (request) =>
    fleet.setDrained(request.body.port, false, callerOf(request)),
  )

  app.post('/stop', { schema: { body: StopRequest, response } }, (request) => {
    const { port, pid } = request.body
    if ((port === undefined) === (pid === undefined)) throw badInput('body', 'must have exactly one of port and pid')
    const asked = port === undefined ? `body.pid ${pid}` : `body.port ${port}`
    return fleet.stop((instance) => (port === undefined ? instance.pid === pid : instance.port === port), asked, callerOf(request))
  })
}
