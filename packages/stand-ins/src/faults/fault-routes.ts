import { badInput, LabError } from '@oncall-lab/service-kit/errors'
import type { Service } from '@oncall-lab/service-kit/service'
import { Type } from 'typebox'
import { FaultRequest, type FaultState, type Vendor } from '../api.ts'
import type { Fault, Faults } from './faults.ts'

/** Faults that only one vendor's stand-in knows. */
const ONLY_OF: Record<string, Vendor> = { search_lag: 'jira', window_closed: 'twilio', callbacks_lost: 'twilio' }

/** The one fault switch of all stand-ins; as every route here out of reach for web pages of other origins. */
export async function faultRoutes(app: Service, { faults }: { faults: Faults }): Promise<void> {
  app.get('/stand-ins/fault', async () => ({ faults: faults.list().map(stateOf) }))

  app.post('/stand-ins/fault', { schema: { body: FaultRequest } }, async ({ body }, reply) => {
    if (body.count === undefined && body.seconds === undefined)
      throw badInput('body.count', 'or body.seconds is required: a fault ends by itself')
    const vendor = ONLY_OF[body.fault.kind]
    if (vendor && vendor !== body.vendor) throw badInput('body.vendor', `must be ${vendor} for ${body.fault.kind}`)
    return reply.code(201).send(stateOf(faults.add(body)))
  })

  app.delete('/stand-ins/fault', async () => ({ cleared: faults.clear() }))

  app.delete('/stand-ins/fault/:id', { schema: { params: Type.Object({ id: Type.Integer() }) } }, async ({ params }, reply) => {
    if (faults.remove(params.id)) return reply.code(204).send()
    throw new LabError(`There is no fault ${params.id}; GET /stand-ins/fault lists those in force.`, { code: 'no_such_fault', status: 404 })
  })
}

function stateOf({ endsMs, seconds: _seconds, ...fault }: Fault): FaultState {
  return { ...fault, ends_at: endsMs === null ? null : new Date(endsMs).toISOString() }
}
