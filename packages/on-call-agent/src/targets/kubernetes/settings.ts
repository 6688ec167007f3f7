import { type Static, Type } from 'typebox'
import { OptionalText } from '../../connector.ts'
import { readInfrastructure } from '../../infrastructure.ts'

/** Which clusters the agent looks after. */
export const kubernetesSettings = {
  /** A JSON file: what is looked after, see docs/kubernetes.md. */
  INFRASTRUCTURE: OptionalText,
  /** Set by Kubernetes in each pod. */
  KUBERNETES_SERVICE_HOST: OptionalText,
  KUBERNETES_SERVICE_PORT: OptionalText,
}

/** One of the `clusters` of the infrastructure file. */
export const ClusterEntry = Type.Object(
  {
    /** The path of a kubeconfig; without it the agent's own service account is used, which it has when it runs in the cluster. */
    kubeconfig: Type.Optional(Type.String({ minLength: 1 })),
    /** Of the kubeconfig; its current context unless given. */
    context: Type.Optional(Type.String({ minLength: 1 })),
    /** Nothing outside them is looked at or changed. */
    namespaces: Type.Array(Type.String({ pattern: '^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$' }), { minItems: 1 }),
    /** By the name of a service, as alerts name it: the deployment that it is. */
    services: Type.Record(
      Type.String(),
      Type.Object({ namespace: Type.String({ minLength: 1 }), deployment: Type.String({ minLength: 1 }) }, { additionalProperties: false }),
    ),
  },
  { additionalProperties: false },
)
export type ClusterEntry = Static<typeof ClusterEntry>

/** The clusters by name. @throws ConfigError */
export function readClusters(path: string | undefined): Record<string, ClusterEntry> {
  return readInfrastructure(path, 'clusters', ClusterEntry)
}
