import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { applyPatch, PATCH_TYPES } from './apply-patch.ts'
import { changeObject, createObject, deleteObject, evictPod } from './change-object.ts'
import type { Cluster } from './cluster.ts'
import { type Account, demandAccess } from './decide-access.ts'
import type { Deployment } from './kinds.ts'
import type { KubernetesObject } from './kubernetes-object.ts'
import type { PodLog } from './pod-log.ts'
import { apiVersionOf, RESOURCES, type Resource } from './resource.ts'
import { scaleOf, withScale } from './scale.ts'
import { parseFieldSelector, parseLabelSelector } from './selectors.ts'
import { badRequest, objectNotFound, StatusError, unsupportedMediaType } from './status-error.ts'
import { type Included, tableOf } from './table.ts'
import { startWatch } from './watch.ts'

/** What the routes need. */
export interface ObjectRoutesOptions {
  cluster: Cluster
  log: PodLog
  accountOf: (request: FastifyRequest) => Account
  now: () => number
}

interface Params {
  namespace?: string
  name?: string
}
type Query = Record<string, string | undefined>

/** Lists, objects, watches, changes and subresources of every resource. */
export function addObjects(app: FastifyInstance, options: ObjectRoutesOptions): void {
  for (const resource of RESOURCES) {
    const root = resource.group === '' ? '/api/v1' : `/apis/${resource.group}/v1`
    const collection = resource.namespaced ? `${root}/namespaces/:namespace/${resource.name}` : `${root}/${resource.name}`
    addLooks(app, resource, { root, collection }, options)
    addChanges(app, resource, collection, options)
  }
  addSubresources(app, options)
}

function addLooks(
  app: FastifyInstance,
  resource: Resource,
  { root, collection }: { root: string; collection: string },
  options: ObjectRoutesOptions,
): void {
  const { cluster, accountOf, now } = options
  const list = async (request: FastifyRequest, reply: FastifyReply) => {
    const query = request.query as Query
    const { namespace } = request.params as Params
    const watches = query.watch === 'true' || query.watch === '1'
    demandAccess(accountOf(request), { verb: watches ? 'watch' : 'list', resource, namespace })
    await cluster.refresh()
    const fits = selectorOf(query)
    if (watches)
      return startWatch({ cluster, resource, namespace, fits, query, reply, table: wantsTable(request) ? included(query) : undefined, now })
    const items = cluster.store.list(resource, namespace).filter(fits)
    const version = String(cluster.store.version)
    return wantsTable(request)
      ? tableOf(resource, items, { version, now: now(), included: included(query) })
      : { kind: `${resource.kind}List`, apiVersion: apiVersionOf(resource), metadata: { resourceVersion: version }, items }
  }
  app.get(collection, list)
  if (resource.namespaced) app.get(`${root}/${resource.name}`, list)
  app.get(`${collection}/:name`, async (request) => {
    const { namespace, name = '' } = request.params as Params
    demandAccess(accountOf(request), { verb: 'get', resource, namespace, name })
    await cluster.refresh()
    const object = find(cluster, resource, namespace, name)
    const version = object.metadata.resourceVersion ?? ''
    return wantsTable(request) ? tableOf(resource, [object], { version, now: now(), included: included(request.query as Query) }) : object
  })
}

function addChanges(app: FastifyInstance, resource: Resource, collection: string, { cluster, accountOf }: ObjectRoutesOptions): void {
  const demand = (request: FastifyRequest, verb: string) => {
    const { namespace, name } = request.params as Params
    demandAccess(accountOf(request), { verb, resource, namespace, name })
    if (!resource.verbs.includes(verb))
      throw new StatusError(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource')
    return { namespace, name: name ?? '', isDry: (request.query as Query).dryRun === 'All' }
  }
  app.patch(`${collection}/:name`, async (request) => {
    const { namespace, name, isDry } = demand(request, 'patch')
    await cluster.refresh()
    const before = find(cluster, resource, namespace, name)
    return changeObject(cluster, resource, before, applyPatch(before, mediaType(request, PATCH_TYPES), request.body), isDry)
  })
  app.put(`${collection}/:name`, async (request) => {
    const { namespace, name, isDry } = demand(request, 'update')
    await cluster.refresh()
    return changeObject(cluster, resource, find(cluster, resource, namespace, name), jsonObject(request), isDry)
  })
  app.delete(`${collection}/:name`, async (request) => {
    const { namespace, name, isDry } = demand(request, 'delete')
    await cluster.refresh()
    return deleteObject(cluster, resource, find(cluster, resource, namespace, name), request.body, isDry)
  })
  app.post(collection, async (request, reply) => {
    const { namespace, isDry } = demand(request, 'create')
    await cluster.refresh()
    return reply.code(201).send(createObject(cluster, resource, namespace, jsonObject(request), isDry))
  })
}

function addSubresources(app: FastifyInstance, { cluster, log, accountOf }: ObjectRoutesOptions): void {
  const of = async (request: FastifyRequest, name: string, subresource: string, verb: string) => {
    const resource = RESOURCES.find((each) => each.name === name)
    if (!resource) throw new Error(`no resource ${name}`)
    const params = request.params as Params
    demandAccess(accountOf(request), { verb, resource, subresource, namespace: params.namespace, name: params.name })
    await cluster.refresh()
    return { resource, object: find(cluster, resource, params.namespace, params.name ?? '') }
  }
  const pods = '/api/v1/namespaces/:namespace/pods/:name'
  app.get(`${pods}/log`, async (request, reply) => {
    const { object } = await of(request, 'pods', 'log', 'get')
    return log.send(object, request.query as Query, reply)
  })
  app.post(`${pods}/eviction`, async (request, reply) => {
    const { object } = await of(request, 'pods', 'eviction', 'create')
    return reply.code(201).send(evictPod(cluster, object, (request.query as Query).dryRun === 'All'))
  })
  const scale = '/apis/apps/v1/namespaces/:namespace/deployments/:name/scale'
  app.get(scale, async (request) => scaleOf((await of(request, 'deployments', 'scale', 'get')).object as Deployment))
  const change = async (request: FastifyRequest, verb: string) => {
    const { resource, object } = await of(request, 'deployments', 'scale', verb)
    const before = object as Deployment // It stands under deployments.
    const asked = verb === 'update' ? jsonObject(request) : applyPatch(scaleOf(before), mediaType(request, PATCH_TYPES), request.body)
    const isDry = (request.query as Query).dryRun === 'All'
    return scaleOf(changeObject(cluster, resource, before, withScale(before, asked), isDry) as Deployment)
  }
  app.patch(scale, (request) => change(request, 'patch'))
  app.put(scale, (request) => change(request, 'update'))
}

function find(cluster: Cluster, resource: Resource, namespace: string | undefined, name: string): KubernetesObject {
  const object = cluster.store.get(resource, namespace, name)
  if (!object) throw objectNotFound(resource, name)
  return object
}

function selectorOf({ labelSelector = '', fieldSelector = '' }: Query): (object: KubernetesObject) => boolean {
  const byLabel = parseLabelSelector(labelSelector)
  const byField = parseFieldSelector(fieldSelector)
  return (object) => byLabel(object) && byField(object)
}

const wantsTable = ({ headers }: FastifyRequest) => /as=Table;v=v1[;,]/.test(`${headers.accept ?? ''},`)
const INCLUDED: readonly string[] = ['Object', 'Metadata', 'None']
const included = ({ includeObject = 'Metadata' }: Query): Included => {
  if (!INCLUDED.includes(includeObject)) throw badRequest(`unrecognized includeObject value: "${includeObject}"`)
  return includeObject as Included // One of the three.
}

/** The content type of a body, without its parameters. @throws StatusError 415. */
function mediaType({ headers }: FastifyRequest, accepted: string[]): string {
  const type = (headers['content-type'] ?? '').split(';', 1)[0]?.trim() ?? ''
  if (!accepted.includes(type)) throw unsupportedMediaType(type, accepted)
  return type
}

function jsonObject(request: FastifyRequest): KubernetesObject {
  mediaType(request, ['application/json'])
  const { body } = request
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw badRequest('the body must be a JSON object')
  return body as KubernetesObject // What is needed of it is checked where it is used.
}
