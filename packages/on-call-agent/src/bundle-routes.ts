import { createReadStream } from 'node:fs'
import { callerGone } from '@oncall-lab/service-kit/caller-gone'
import { conflict, LabError, notFound } from '@oncall-lab/service-kit/errors'
import type { Service } from '@oncall-lab/service-kit/service'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { Bundle, BundleList, BundleRequest, type Incident } from './api.ts'
import type { Bundles } from './bundles/bundles.ts'
import { answersWith } from './openapi.ts'

/** What the routes of bundles need. */
export interface BundleRoutesOptions {
  bundles: Bundles
  /** @throws LabError 404 */
  find: (idOrRef: string) => Promise<Incident>
  /** What a bundle is about that names nothing. */
  service: string
}

const ById = Type.Object({ id: Type.String({ pattern: '^[\\w-]{1,120}$', description: 'the id of a bundle' }) })
const ARCHIVE = answersWith({ 'application/gzip': Type.String() })

/** `/api/bundles`: incidents as archives that can be looked at offline. */
export function registerBundleRoutes(app: Service, { bundles, find, service: usual }: BundleRoutesOptions): void {
  const known = async (id: string): Promise<Bundle> => {
    const bundle = await bundles.find(id)
    if (bundle) return bundle
    throw notFound(`There is no bundle ${JSON.stringify(id)}; GET /api/bundles lists them`)
  }
  app.get('/api/bundles', { schema: { response: { 200: BundleList } } }, async () => ({ bundles: await bundles.list() }))
  app.post('/api/bundles', { schema: { body: BundleRequest, response: { 202: Bundle } } }, async ({ body, headers }, reply) => {
    const incident = body.incident === undefined ? undefined : await find(body.incident)
    const { service = incident?.service ?? usual, database, layers } = body
    return reply.code(202).send(await bundles.order({ incident: incident?.ref, service, database, layers, requestedBy: whoAsks(headers) }))
  })
  app.get('/api/bundles/:id', { schema: { params: ById, response: { 200: Bundle } } }, ({ params }) => known(params.id))
  app.get('/api/bundles/:id/file', { schema: { params: ById, response: { 200: ARCHIVE } } }, async ({ params }, reply) =>
    sendArchive(reply, bundles, await known(params.id)),
  )
}

/** Makes a bundle of an incident and answers with it. @throws LabError 500 when it cannot be written. */
export async function exportBundle(
  bundles: Bundles,
  incident: Incident,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { id } = await bundles.order({ incident: incident.ref, service: incident.service, requestedBy: whoAsks(request.headers) })
  const made = await bundles.made(id, callerGone(reply))
  if (!made) throw notFound(`There is no bundle ${id} any more`)
  return sendArchive(reply, bundles, made)
}

function sendArchive(reply: FastifyReply, bundles: Bundles, { id, status, bytes, errors }: Bundle): FastifyReply {
  if (status === 'running') throw conflict(`The bundle ${id} is being made; ask again in a second`)
  if (status === 'failed')
    throw new LabError(`The bundle ${id} could not be written: ${errors[0]?.message}`, { code: 'bundle_failed', status: 500 })
  return reply
    .header('content-disposition', `attachment; filename="${id}.tar.gz"`)
    .header('content-length', String(bytes ?? 0))
    .type('application/gzip')
    .send(createReadStream(bundles.archive(id)))
}

/** A name for the manifest, as the caller gives it; it grants nothing. */
function whoAsks(headers: FastifyRequest['headers']): string {
  const given = headers['x-requested-by']
  return typeof given === 'string' && /^[\w@.: -]{1,60}$/.test(given) ? given : 'the API'
}
