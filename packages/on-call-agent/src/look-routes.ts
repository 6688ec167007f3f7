import { randomUUID } from 'node:crypto'
import { callerGone } from '@oncall-lab/service-kit/caller-gone'
import { notFound } from '@oncall-lab/service-kit/errors'
import type { Service } from '@oncall-lab/service-kit/service'
import { type Incident, LookAnswer, LookRequest } from './api.ts'
import { callTool } from './functions/call-tool.ts'
import type { Limits } from './functions/limits.ts'
import { functionsOf } from './targets/sight.ts'
import type { Target } from './targets/target.ts'

/** What can be looked at, and how long and how much. */
export interface Looks {
  targets: readonly Target[]
  limits: Limits
  /** What is looked at where the caller names nothing. */
  service: string
}

/** `POST /api/looks`: one function of a target, called by name; a failed look is an answer, as it is for a model. It can only look: what acts is no function of a target. */
export function registerLookRoutes(app: Service, { targets, limits, service: usual }: Looks): void {
  app.post('/api/looks', { schema: { body: LookRequest, response: { 200: LookAnswer } } }, async ({ body }, reply) => {
    const { function: name, arguments: args = {}, service = usual, target } = body
    const tools = functionsOf(targets.filter(({ id }) => target === undefined || id === target))
    if (!tools.some((tool) => tool.name === name))
      throw notFound(`There is no function ${name}${target === undefined ? '' : ` of ${target}`}; GET /api/capabilities lists them`)
    const call = { id: randomUUID(), type: 'function' as const, function: { name, arguments: JSON.stringify(args) } }
    const { ok, result, summary, durationMs } = await callTool(tools, call, {
      incident: subjectOf(service),
      limits,
      signal: callerGone(reply),
    })
    return { ok, result: JSON.parse(result), summary, duration_ms: durationMs }
  })
}

/** What a function looks at: an incident of the service that nobody has opened. */
function subjectOf(service: string): Incident {
  return {
    id: randomUUID(),
    ref: '',
    status: 'investigating',
    severity: 'none',
    service,
    alerts: [],
    opened_at: new Date().toISOString(),
    diagnosed_at: null,
    resolved_at: null,
    diagnosis: null,
    ticket: null,
  }
}
