import { callerGone } from '@oncall-lab/service-kit/caller-gone'
import { LabError, notFound } from '@oncall-lab/service-kit/errors'
import type { Service } from '@oncall-lab/service-kit/service'
import { Type } from 'typebox'
import type { Agent } from './agent.ts'
import { Action, ActionList, ActionQuery, ApproveRequest, DenyRequest, Proposed, ProposeRequest } from './api.ts'
import { findIncident } from './incident-routes.ts'
import { publicAction } from './public-action.ts'
import type { Store } from './store/ports.ts'

interface ActionRoutesOptions {
  store: Store
  agent: Pick<Agent, 'decide' | 'propose'>
}

const ById = Type.Object({ id: Type.String({ pattern: '^[aA]\\d{1,15}$', description: 'an action, such as A7' }) })

/** Who decides through these routes: whoever may call them, which is the console, or the gateway for its own caller, by the name that this one gives himself. */
export function deciderOf(headers: Record<string, string | string[] | undefined>): string {
  const given = String(headers['x-requested-by'] ?? '')
  return /^gateway( \([\w.@+ -]{1,40}\))?$/.test(given) ? given : 'console'
}

/** `/api/actions` and what is below it. */
export function registerActionRoutes(app: Service, { store, agent }: ActionRoutesOptions): void {
  app.get('/api/actions', { schema: { querystring: ActionQuery, response: { 200: ActionList } } }, async ({ query }) => {
    const { status, incident, limit } = query
    const incidentId = incident === undefined ? undefined : (await findIncident(store, incident)).id
    const actions = await store.actions.list({ ...(status && { statuses: [status] }), ...(incidentId && { incidentId }), limit })
    return { actions: actions.map(publicAction) }
  })

  app.post('/api/actions', { schema: { body: ProposeRequest, response: { 201: Proposed } } }, async ({ body }, reply) => {
    const proposed = await agent.propose(await findIncident(store, body.incident), body, callerGone(reply))
    return reply.code(201).header('location', '/api/actions').send(proposed)
  })

  const decide = async (what: 'approve' | 'deny', id: string, given: { by: string; code?: string; reason?: string }): Promise<Action> => {
    if (!(await store.actions.find(id))) throw notFound(`There is no action ${JSON.stringify(id)}; GET /api/actions lists them`)
    const outcome = await agent.decide(what, { mayApprove: true, id, ...given })
    if (outcome.kind === 'refused') throw new LabError(outcome.message, { code: outcome.reason, status: 409 })
    return publicAction(outcome.action)
  }
  app.post(
    '/api/actions/:id/approve',
    { schema: { params: ById, body: ApproveRequest, response: { 200: Action } }, preValidation: allowNoBody },
    ({ params, body, headers }) => decide('approve', params.id, { ...body, by: deciderOf(headers) }),
  )
  app.post(
    '/api/actions/:id/deny',
    { schema: { params: ById, body: DenyRequest, response: { 200: Action } }, preValidation: allowNoBody },
    ({ params, body, headers }) => decide('deny', params.id, { ...body, by: deciderOf(headers) }),
  )
}

/** No body at all is an empty one. */
async function allowNoBody(request: { body: unknown }): Promise<void> {
  if (request.body === undefined) request.body = {}
}
