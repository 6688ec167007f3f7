/** The metadata of an object (https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/object-meta/), as far as it is used here. */
interface ObjectMeta {
  name: string
  namespace?: string
  uid?: string
  resourceVersion?: string
  generation?: number
  /** RFC 3339, UTC, whole seconds. */
  creationTimestamp?: string
  deletionTimestamp?: string
  deletionGracePeriodSeconds?: number
  labels?: Record<string, string>
  annotations?: Record<string, string>
  ownerReferences?: { apiVersion: string; kind: string; name: string; uid: string; controller: boolean; blockOwnerDeletion: boolean }[]
}

/** Any object of the API. */
export interface KubernetesObject {
  apiVersion: string
  kind: string
  metadata: ObjectMeta
  [field: string]: unknown
}

/** `2026-11-29T12:00:00Z`: the API's times have whole seconds. */
export const timeOf = (time: string | number | Date) => `${new Date(time).toISOString().slice(0, 19)}Z`
