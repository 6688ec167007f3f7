import { badInput } from '@oncall-lab/service-kit/errors'
import { buildService, type Service } from '@oncall-lab/service-kit/service'
import type { Registry } from 'prom-client'
import {
  ActiveFaults,
  BackendList,
  FleetFaultRequest,
  FleetFaultResult,
  InstanceList,
  ScaleRequest,
  ScaleResult,
  StartRequest,
  StopRequest,
} from './api.ts'
import type { Fleet } from './fleet.ts'
import type { FleetFaults } from './fleet-faults.ts'

/** What the routes are made of. */
export interface ProcessManagerParts {
  registry: Registry
  fleet: Fleet
  faults: FleetFaults
  logLevel?: 'silent' | 'debug' | 'info' | 'warn' | 'error'
}

/** The process manager's routes; closing the app stops the fleet. */
export function buildApp({ registry, fleet, faults, logLevel }: ProcessManagerParts): Service {
  const app = buildService(registry, { name: 'process-manager', ...(logLevel && { logLevel }) })

  app.get('/instances', { schema: { response: { 200: InstanceList } } }, () => ({ instances: fleet.list() }))

  app.get('/backends', { schema: { response: { 200: BackendList } } }, () => ({
    backends: fleet.list().flatMap(({ state, instance }) => (state === 'running' ? [`http://${instance}`] : [])),
  }))

  addFleetRoutes(app, fleet)

  app.post('/fault', { schema: { body: FleetFaultRequest, response: { 200: FleetFaultResult } } }, ({ body }) => faults.apply(body))
  app.get('/fault', { schema: { response: { 200: ActiveFaults } } }, () => faults.list())

  // Before the server waits for its last requests: those may be waiting for an instance.
  app.addHook('preClose', async () => {
    await Promise.all([faults[Symbol.asyncDispose](), fleet[Symbol.asyncDispose]()])
  })
  return app
}

function addFleetRoutes(app: Service, fleet: Fleet): void {
  const response = { 200: ScaleResult }
  app.post('/scale', { schema: { body: ScaleRequest, response } }, ({ body }) => fleet.scale(body.replicas))

  app.post(
    '/start',
    {
      schema: { body: StartRequest, response },
      // Without any body: on the lowest free port.
      preValidation: async (request) => {
        request.body ??= {}
      },
    },
    ({ body }) => fleet.start(body.port),
  )

  app.post('/stop', { schema: { body: StopRequest, response } }, ({ body: { port, pid } }) => {
    if ((port === undefined) === (pid === undefined)) throw badInput('body', 'must have exactly one of port and pid')
    const asked = port === undefined ? `body.pid ${pid}` : `body.port ${port}`
    return fleet.stop((instance) => (port === undefined ? instance.pid === pid : instance.port === port), asked)
  })
}
