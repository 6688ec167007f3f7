import { LabError } from '@oncall-lab/service-kit/errors'
import type { Service } from '@oncall-lab/service-kit/service'
import { type AgentCall, decideAgentCall, type FleetView } from './agent-policy.ts'
import { isAgent } from './callers.ts'
import type { SettingRequest } from './setting-schema.ts'

interface GateParts {
  token: string
  view: () => FleetView
}

/** The agent's bodies as the routes' schemas have checked them. */
type Body = { replicas: number; port: number; keep: boolean; release: string; part: string } & SettingRequest

const CALLS: Record<string, (body: Body) => AgentCall> = {
  '/scale': ({ replicas }) => ({ kind: 'scale', replicas }),
  '/restart': ({ port }) => ({ kind: 'restart', port }),
  '/drain': ({ port, keep }) => ({ kind: 'drain', port, keep }),
  '/undrain': ({ port }) => ({ kind: 'undrain', port }),
  '/deploy': ({ release }) => ({ kind: 'deploy', release }),
  '/rolling-restart': () => ({ kind: 'rolling-restart' }),
  '/start-part': ({ part }) => ({ kind: 'start-part', part }),
  '/settings': ({ component, setting, value, ports }) => ({ kind: 'set', component, setting, value, ports }),
}
/** What tells nothing of what is broken on purpose. */
const READABLE = ['/instances', '/events', '/backends', '/releases', '/settings', '/parts', '/healthz', '/metrics']

/** Lets calls that come with the agent's token through only when the fleet's own policy allows them: the second look, behind the agent's. Register it before the routes. */
export function addAgentGate(app: Service, { token, view }: GateParts): void {
  let busy: string | undefined
  let acting: unknown
  app.addHook('preHandler', async (request) => {
    if (!isAgent(request, token)) return
    const path = request.routeOptions.url ?? ''
    if (request.method === 'GET') {
      if (!READABLE.includes(path)) throw refused(`GET ${path} is not for the agent`)
      return
    }
    const read = CALLS[path]
    if (!read) throw refused(`the agent may call ${Object.keys(CALLS).join(', ')}, not ${path}`)
    // Validation comes before this hook.
    const decision = decideAgentCall(read(request.body as Body), { ...view(), ...(busy !== undefined && { busy }) })
    if (decision.kind === 'refuse') throw refused(decision.reason)
    busy = `POST ${path}`
    acting = request
  })
  // Also when the caller left before its answer: Fastify then ends the response all the same.
  app.addHook('onResponse', async (request) => {
    if (request === acting) busy = undefined
  })
}

function refused(reason: string): LabError {
  return new LabError(`Refused by the fleet's policy: ${reason}`, { code: 'refused_by_policy', status: 403 })
}
