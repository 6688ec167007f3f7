import type { Service } from '@oncall-lab/service-kit/service'
import { ActionList, ActionQuery } from './api.ts'
import { findIncident } from './incident-routes.ts'
import { publicAction } from './public-action.ts'
import type { Store } from './store/ports.ts'

interface ActionRoutesOptions {
  store: Store
}

/** `/api/actions` and what is below it. */
export function registerActionRoutes(app: Service, { store }: ActionRoutesOptions): void {
  app.get('/api/actions', { schema: { querystring: ActionQuery, response: { 200: ActionList } } }, async ({ query }) => {
    const { status, incident, limit } = query
    const incidentId = incident === undefined ? undefined : (await findIncident(store, incident)).id
    const actions = await store.actions.list({ ...(status && { statuses: [status] }), ...(incidentId && { incidentId }), limit })
    return { actions: actions.map(publicAction) }
  })
}
