import type { Deployment } from './kinds.ts'
import { resourceNamed } from './resource.ts'
import { invalidObject, staleObject } from './status-error.ts'

/** The `scale` subresource of a deployment (autoscaling/v1). */
export function scaleOf({ metadata: { name, namespace, uid, resourceVersion, creationTimestamp }, spec, status }: Deployment) {
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { replicas: spec.replicas },
    status: { replicas: status.replicas, selector: new URLSearchParams(spec.selector.matchLabels).toString() },
  }
}

const DEPLOYMENTS = resourceNamed('deployments')

/** The deployment at the asked scale. @throws StatusError 409 for a stale version, 422 for a number that is none. */
export function withScale(
  deployment: Deployment,
  asked: { metadata?: { resourceVersion?: string | undefined }; spec?: unknown },
): Deployment {
  const { name, resourceVersion } = deployment.metadata
  const version = asked.metadata?.resourceVersion
  if (version && version !== resourceVersion) throw staleObject(DEPLOYMENTS, name)
  const replicas = (asked.spec as { replicas?: unknown } | undefined)?.replicas ?? 0
  if (!Number.isInteger(replicas))
    throw invalidObject(DEPLOYMENTS, name, 'spec.replicas', `Invalid value: ${JSON.stringify(replicas)}: must be an integer`)
  return { ...deployment, spec: { ...deployment.spec, replicas: replicas as number } }
}
