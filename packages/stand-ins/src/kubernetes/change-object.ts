import { checkShape } from './check-shape.ts'
import type { Cluster } from './cluster.ts'
import { newDeployment, releaseOf } from './deployment.ts'
import type { Deployment, Node, Pod } from './kinds.ts'
import { type KubernetesObject, timeOf } from './kubernetes-object.ts'
import { bytesOf } from './memory-limits.ts'
import { APP, NAMESPACE } from './pod-of-instance.ts'
import type { Resource } from './resource.ts'
import { badRequest, invalidObject, StatusError, staleObject } from './status-error.ts'

const MOST_REPLICAS = 100

/** Stores a changed object and carries it out. @throws StatusError 409 when it rests on a stale version, 422 when it is not valid. */
export function changeObject(
  cluster: Cluster,
  resource: Resource,
  before: KubernetesObject,
  wanted: KubernetesObject,
  isDry: boolean,
): KubernetesObject {
  const { name, namespace, resourceVersion, uid } = before.metadata
  checkShape(resource, wanted)
  if (wanted.metadata?.name !== name || (wanted.metadata.namespace ?? namespace) !== namespace)
    throw badRequest('the name and the namespace of an object cannot be changed')
  if (wanted.metadata.resourceVersion && wanted.metadata.resourceVersion !== resourceVersion) throw staleObject(resource, name)
  const kept = {
    ...wanted,
    metadata: { ...wanted.metadata, name, ...(namespace && { namespace }), ...(uid && { uid }) },
    status: before.status,
  }
  if (resource.name === 'deployments') {
    const deployment = checkDeployment(resource, kept as unknown as Deployment, before as Deployment)
    return isDry ? deployment : cluster.changeDeployment(before as Deployment, deployment)
  }
  if (isDry) return kept
  // Of the others only nodes can be changed, see resource.ts.
  cluster.changeNode(kept as Node)
  return cluster.store.get(resource, namespace, name) ?? kept
}

function checkDeployment(resource: Resource, deployment: Deployment, before: Deployment): Deployment {
  const { name } = before.metadata
  const invalid = (field: string, problem: string) => invalidObject(resource, name, field, problem)
  const { replicas, selector, template } = deployment.spec ?? {}
  if (!Number.isInteger(replicas) || replicas < 0)
    throw invalid('spec.replicas', `Invalid value: ${JSON.stringify(replicas)}: must be greater than or equal to 0`)
  if (replicas > MOST_REPLICAS) throw invalid('spec.replicas', `Invalid value: ${replicas}: must be at most ${MOST_REPLICAS} here`)
  if (JSON.stringify(selector) !== JSON.stringify(before.spec.selector)) throw invalid('spec.selector', 'Invalid value: field is immutable')
  const container = template?.spec?.containers?.find(({ name: each }) => each === APP)
  const limit = container?.resources?.limits?.memory
  if (limit !== undefined && bytesOf(String(limit)) === undefined)
    throw invalid('spec.template.spec.containers[0].resources.limits.memory', `Invalid value: ${JSON.stringify(limit)}: must be a quantity`)
  const image = container?.image
  if (typeof image !== 'string' || image === '') throw invalid('spec.template.spec.containers[0].image', 'Required value')
  if (!/^[\w./-]{1,100}:[\w.-]{1,60}$/.test(image))
    throw invalid('spec.template.spec.containers[0].image', `Invalid value: ${JSON.stringify(image)}: must be a name and a tag`)
  const labels = template?.metadata?.labels ?? {}
  if (Object.entries(selector.matchLabels).some(([key, value]) => labels[key] !== value))
    throw invalid('spec.template.metadata.labels', `Invalid value: ${JSON.stringify(labels)}: selector does not match template labels`)
  return withDefaults(deployment)
}

/** What the API server adds where a caller left it out. */
function withDefaults({ spec, ...rest }: Deployment): Deployment {
  const containers = spec.template.spec.containers.map((container) => ({
    ...container,
    ports: container.ports ?? [],
    resources: container.resources ?? {},
  }))
  return { ...rest, spec: { ...spec, template: { ...spec.template, spec: { ...spec.template.spec, containers } } } }
}

/** Deletes an object, or says that it would. @throws StatusError 409 when a precondition does not hold, 405 for what cannot be deleted. */
export function deleteObject(cluster: Cluster, resource: Resource, object: KubernetesObject, options: unknown, isDry: boolean): object {
  const { uid, resourceVersion, name } = object.metadata
  const given = (options ?? {}) as { preconditions?: { uid?: string; resourceVersion?: string } | null }
  const preconditions = given.preconditions ?? {}
  const broken = (field: string, wanted: string, is: string | undefined) =>
    new StatusError(
      409,
      'Conflict',
      `Operation cannot be fulfilled on ${resource.name} "${name}": Precondition failed: ${field} in precondition: ${wanted}, ${field} in object meta: ${is}`,
    )
  if (preconditions.uid && preconditions.uid !== uid) throw broken('UID', preconditions.uid, uid)
  if (preconditions.resourceVersion && preconditions.resourceVersion !== resourceVersion)
    throw broken('ResourceVersion', preconditions.resourceVersion, resourceVersion)
  if (!isDry && resource.name === 'pods') cluster.deletePod(object as Pod)
  if (!isDry && resource.name === 'deployments') cluster.deleteDeployment(object as Deployment)
  // A pod ends in grace: the object is still there and says so.
  if (resource.name === 'pods')
    return {
      ...object,
      metadata: { ...object.metadata, deletionTimestamp: timeOf(Date.now()), deletionGracePeriodSeconds: 30 },
    }
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    details: { name, group: resource.group, kind: resource.name, uid },
  }
}

/** `kubectl drain` ends pods so; there is no disruption budget here. */
export function evictPod(cluster: Cluster, pod: KubernetesObject, isDry: boolean): object {
  if (!isDry) cluster.deletePod(pod as Pod)
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success' }
}

/** Only the shop's own deployment can be made, after it was deleted. @throws StatusError 409 or 422. */
export function createObject(
  cluster: Cluster,
  resource: Resource,
  namespace: string | undefined,
  object: KubernetesObject,
  isDry: boolean,
): KubernetesObject {
  const { name } = object.metadata ?? {}
  if (namespace !== NAMESPACE || name !== APP)
    throw new StatusError(403, 'Forbidden', `only ${resource.name} "${APP}" in the namespace "${NAMESPACE}" can be created here`)
  if (cluster.store.get(resource, namespace, name))
    throw new StatusError(409, 'AlreadyExists', `${resource.name}.${resource.group} "${name}" already exists`)
  checkShape(resource, object)
  const { spec } = object as unknown as Deployment
  if (!spec?.template?.spec?.containers) throw invalidObject(resource, name, 'spec.template.spec.containers', 'Required value')
  const deployment = newDeployment(releaseOf(spec.template), 0, Date.now())
  const wanted = checkDeployment(resource, { ...deployment, spec: { ...deployment.spec, replicas: spec.replicas ?? 1 } }, deployment)
  return isDry ? wanted : cluster.changeDeployment(deployment, wanted)
}
