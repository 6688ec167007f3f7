import type { KubernetesObject } from './kubernetes-object.ts'

/** What is used of https://kubernetes.io/docs/reference/kubernetes-api/, kind by kind. */

export interface Condition {
  type: string
  status: 'True' | 'False' | 'Unknown'
  reason?: string
  message?: string
  lastTransitionTime?: string
  lastProbeTime?: string | null
  lastHeartbeatTime?: string
  lastUpdateTime?: string
}

export interface TerminatedState {
  exitCode: number
  reason: string
  signal?: number
  message?: string
  startedAt?: string
  finishedAt: string
  containerID?: string
}

export interface ContainerState {
  waiting?: { reason: string; message?: string }
  running?: { startedAt: string }
  terminated?: TerminatedState
}

export interface ContainerStatus {
  name: string
  image: string
  imageID: string
  containerID?: string
  ready: boolean
  started: boolean
  restartCount: number
  state: ContainerState
  lastState: ContainerState
}

interface Probe {
  httpGet: { path: string; port: string; scheme: string }
  periodSeconds: number
  timeoutSeconds: number
  failureThreshold: number
  successThreshold: number
}

interface PodSpec {
  nodeName?: string
  restartPolicy: string
  terminationGracePeriodSeconds: number
  serviceAccountName?: string
  containers: {
    name: string
    image: string
    ports: { name: string; containerPort: number; protocol: string }[]
    livenessProbe?: Probe
    readinessProbe?: Probe
    resources: { limits?: { memory?: string } }
  }[]
}

export interface Pod extends KubernetesObject {
  spec: PodSpec
  status: {
    phase: 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown'
    reason?: string
    message?: string
    conditions: Condition[]
    hostIP?: string
    podIP?: string
    podIPs?: { ip: string }[]
    qosClass: string
    startTime?: string
    containerStatuses?: ContainerStatus[]
  }
}

export interface PodTemplate {
  metadata: { labels: Record<string, string>; annotations?: Record<string, string> }
  spec: PodSpec
}

export interface Deployment extends KubernetesObject {
  spec: {
    replicas: number
    selector: { matchLabels: Record<string, string> }
    template: PodTemplate
    strategy: object
    revisionHistoryLimit: number
    progressDeadlineSeconds: number
    paused?: boolean
  }
  status: {
    observedGeneration: number
    replicas: number
    updatedReplicas?: number
    readyReplicas?: number
    availableReplicas?: number
    unavailableReplicas?: number
    conditions: Condition[]
  }
}

export interface ReplicaSet extends KubernetesObject {
  spec: { replicas: number; selector: { matchLabels: Record<string, string> }; template: PodTemplate }
  status: { replicas: number; readyReplicas?: number; availableReplicas?: number; fullyLabeledReplicas: number; observedGeneration: number }
}

export interface Node extends KubernetesObject {
  spec: { podCIDR: string; unschedulable?: boolean; taints?: { key: string; effect: string; timeAdded?: string }[] }
  status: {
    capacity: Record<string, string>
    allocatable: Record<string, string>
    conditions: Condition[]
    addresses: { type: string; address: string }[]
    nodeInfo: Record<'kubeletVersion' | 'osImage' | 'kernelVersion' | 'containerRuntimeVersion', string> & Record<string, string>
  }
}

export interface Service extends KubernetesObject {
  spec: {
    type: string
    clusterIP: string
    clusterIPs: string[]
    ipFamilies: string[]
    ipFamilyPolicy: string
    selector: Record<string, string>
    ports: { name: string; port: number; protocol: string; targetPort: string }[]
    sessionAffinity: string
  }
  status: object
}

interface EndpointAddress {
  ip: string
  nodeName?: string
  targetRef: { kind: string; name: string; namespace: string; uid: string }
}

export interface Endpoints extends KubernetesObject {
  subsets: {
    addresses?: EndpointAddress[]
    notReadyAddresses?: EndpointAddress[]
    ports: { name: string; port: number; protocol: string }[]
  }[]
}

export interface Event extends KubernetesObject {
  involvedObject: { apiVersion: string; kind: string; namespace?: string; name: string; uid?: string; fieldPath?: string }
  reason: string
  message: string
  type: 'Normal' | 'Warning'
  source: { component: string; host?: string }
  count: number
  firstTimestamp: string
  lastTimestamp: string
}
