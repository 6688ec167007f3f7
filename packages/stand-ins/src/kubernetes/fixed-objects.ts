import { isLeaving, isReady } from './deployment.ts'
import type { Endpoints, Pod, Service } from './kinds.ts'
import type { KubernetesObject } from './kubernetes-object.ts'
import { timeOf } from './kubernetes-object.ts'
import { uidOf } from './names.ts'
import { APP, NAMESPACE } from './pod-of-instance.ts'

/** The namespaces of the cluster. */
export function namespaces(now: number): KubernetesObject[] {
  return ['default', 'kube-system', NAMESPACE].map((name) => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, uid: uidOf(`namespace ${name}`), creationTimestamp: timeOf(now), labels: { 'kubernetes.io/metadata.name': name } },
    spec: { finalizers: ['kubernetes'] },
    status: { phase: 'Active' },
  }))
}

/** The shop's service, which the load balancer stands for. */
export function shopService(now: number): Service {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: APP, namespace: NAMESPACE, uid: uidOf('service'), creationTimestamp: timeOf(now), labels: { app: APP } },
    spec: {
      type: 'ClusterIP',
      clusterIP: '10.43.0.80',
      clusterIPs: ['10.43.0.80'],
      ipFamilies: ['IPv4'],
      ipFamilyPolicy: 'SingleStack',
      selector: { app: APP },
      ports: [{ name: 'http', port: 80, protocol: 'TCP', targetPort: 'http' }],
      sessionAffinity: 'None',
    },
    status: { loadBalancer: {} },
  }
}

/** The addresses of the service's pods; each pod has a port of its own here, so each is a subset. */
export function endpointsOf(pods: Pod[], now: number): Endpoints {
  return {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: { name: APP, namespace: NAMESPACE, uid: uidOf('endpoints'), creationTimestamp: timeOf(now), labels: { app: APP } },
    subsets: pods
      .filter((pod) => !isLeaving(pod) && pod.status.podIP)
      .map((pod) => {
        const { name, uid = '' } = pod.metadata
        const address = {
          ip: pod.status.podIP ?? '',
          ...(pod.spec.nodeName && { nodeName: pod.spec.nodeName }),
          targetRef: { kind: 'Pod', name, namespace: NAMESPACE, uid },
        }
        const ports = pod.spec.containers.flatMap((container) =>
          container.ports.map((port) => ({ name: port.name, port: port.containerPort, protocol: port.protocol })),
        )
        return isReady(pod) ? { addresses: [address], ports } : { notReadyAddresses: [address], ports }
      }),
  }
}
