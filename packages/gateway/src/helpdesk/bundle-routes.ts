import { setTimeout as sleep } from 'node:timers/promises'
import type { Bundle } from '@oncall-lab/on-call-agent/api'
import { callerGone } from '@oncall-lab/service-kit/caller-gone'
import { describeError, LabError } from '@oncall-lab/service-kit/errors'
import { answersWith } from '@oncall-lab/service-kit/openapi'
import type { Service } from '@oncall-lab/service-kit/service'
import { Type } from 'typebox'
import type { AgentClient } from '../agent-client.ts'
import type { Callbacks } from '../callbacks/callbacks.ts'
import { LENIENT } from '../lenient-json.ts'
import { BundleFacts, BundleFactsList, BundleOrder, ByBundle } from './api.ts'
import { resolveInfrastructure } from './infrastructure.ts'

/** Callbacks that wait for their bundle; who wants more polls. */
const MOST_WAITING = 100
const MADE_WITHIN_MS = 120_000
const LOOK_MS = 300

/** `/api/v1/incidents`: bundles, made in the background, told of by a callback. A callback that waits is lost with the gateway; the bundle is not. */
export function registerBundleRoutes(app: Service, { agent, callbacks }: { agent: AgentClient; callbacks: Callbacks }): void {
  const ending = new AbortController()
  let waiting = 0
  const tell = async ({ id }: Bundle, url: string) => {
    waiting += 1
    try {
      const deadline = AbortSignal.any([ending.signal, AbortSignal.timeout(MADE_WITHIN_MS)])
      const { incident_id, bundle_path, layers, errors } = describe(await untilMade(agent, id, deadline))
      const failure = await callbacks.post(url, { incident_id, bundle_path, layers, errors })
      if (failure !== undefined) app.log.warn({ bundle: id, failure }, 'the callback was given up')
    } catch (error) {
      if (!ending.signal.aborted) app.log.warn({ bundle: id, failure: describeError(error) }, 'the callback was given up')
    } finally {
      waiting -= 1
    }
  }
  app.addHook('onClose', async () => ending.abort(new Error('the gateway is stopping')))

  app.post(
    '/api/v1/incidents',
    { config: LENIENT, schema: { body: BundleOrder, response: { 202: BundleFacts } } },
    async ({ body: { infra_key, connection_string, callback_url, layers } }, reply) => {
      if (callback_url !== undefined) callbacks.demand(callback_url, 'body.callback_url')
      if (callback_url !== undefined && waiting >= MOST_WAITING)
        throw new LabError(`${waiting} callbacks wait for their bundle already; ask without one, and look at GET /api/v1/incidents`, {
          code: 'too_many_callbacks',
          status: 503,
          retryable: true,
        })
      const about = await resolveInfrastructure(agent, infra_key, connection_string)
      const bundle = await agent.orderBundle({ ...about, ...(layers && { layers }) }, 'gateway')
      if (callback_url !== undefined) void tell(bundle, callback_url)
      return reply.code(202).send(describe(bundle))
    },
  )
  app.get('/api/v1/incidents', { schema: { response: { 200: BundleFactsList } } }, async () => (await agent.bundles()).map(describe))
  app.get('/api/v1/incidents/:id', { schema: { params: ByBundle, response: { 200: BundleFacts } } }, async ({ params }) =>
    describe(await agent.bundle(params.id)),
  )
  app.get(
    '/api/v1/incidents/:id/bundle',
    { schema: { params: ByBundle, response: { 200: answersWith({ 'application/gzip': Type.String() }) } } },
    async ({ params: { id } }, reply) =>
      reply
        .header('content-disposition', `attachment; filename="${id}.tar.gz"`)
        .type('application/gzip')
        .send(await agent.bundleFile(id, callerGone(reply))),
  )
}

async function untilMade(agent: AgentClient, id: string, deadline: AbortSignal): Promise<Bundle> {
  for (;;) {
    const bundle = await agent.bundle(id)
    if (bundle.status !== 'running') return bundle
    await sleep(LOOK_MS, undefined, { signal: deadline })
  }
}

function describe({ id, status, layers, errors, created_at }: Bundle): BundleFacts {
  return {
    incident_id: id,
    bundle_path: status === 'ready' ? `/api/v1/incidents/${id}/bundle` : null,
    layers,
    errors: errors.map(({ layer, source, message }) => `${layer}: ${source}: ${message}`),
    status,
    created_at,
  }
}
