import { notFound } from '@oncall-lab/service-kit/errors'
import type { Service } from '@oncall-lab/service-kit/service'
import {
  DeployRequest,
  DeployResult,
  PortRequest,
  ReleaseList,
  RollingRestartRequest,
  RollingRestartResult,
  SettingList,
  SettingRequest,
  SettingResult,
} from './api.ts'
import type { Call } from './callers.ts'
import type { Deployments } from './deployments.ts'
import type { Fleet } from './fleet.ts'
import type { Rollout } from './rollout.ts'
import type { SettingsBook } from './settings-book.ts'

interface DeployParts {
  deployments: Deployments
  rollout: Rollout
  settings: SettingsBook
  fleet: Pick<Fleet, 'list' | 'describeInstances'>
  callerOf: (call: Call) => string
}

/** Releases, settings, and everything that replaces processes one after the other. */
export function addDeployRoutes(app: Service, { deployments, rollout, settings, fleet, callerOf }: DeployParts): void {
  app.get('/releases', { schema: { response: { 200: ReleaseList } } }, () => deployments.list())

  app.post('/deploy', { schema: { body: DeployRequest, response: { 200: DeployResult } } }, (request) => {
    bePatient(request)
    return deployments.deploy(request.body, callerOf(request))
  })

  app.get('/settings', { schema: { response: { 200: SettingList } } }, () => settings.list())

  app.post('/settings', { schema: { body: SettingRequest, response: { 200: SettingResult } } }, (request) => {
    bePatient(request)
    return settings.change(request.body, callerOf(request))
  })

  const restarted = async (by: string, ports?: number[]): Promise<RollingRestartResult> => {
    const { replaced, ...rest } = await rollout.run({ by, ports })
    return { ...rest, restarted: replaced }
  }
  app.post(
    '/rolling-restart',
    { schema: { body: RollingRestartRequest, response: { 200: RollingRestartResult } }, preValidation: allowNoBody },
    (request) => {
      bePatient(request)
      return restarted(callerOf(request))
    },
  )
  app.post('/restart', { schema: { body: PortRequest, response: { 200: RollingRestartResult } } }, (request) => {
    const { port } = request.body
    if (!fleet.list().some((instance) => instance.port === port))
      throw notFound(`body.port ${port}: there is no such instance; there are ${fleet.describeInstances()}`)
    bePatient(request)
    return restarted(callerOf(request), [port])
  })
}

/** Ten instances may take longer than a connection may be silent. */
function bePatient(request: { raw: { socket: { setTimeout(ms: number): unknown } } }): void {
  request.raw.socket.setTimeout(0)
}

/** No body at all is an empty one; `null` is a body, and not one that a schema takes. */
export async function allowNoBody(request: { body: unknown }): Promise<void> {
  if (request.body === undefined) request.body = {}
}
