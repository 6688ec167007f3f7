/** What the agent reads of https://kubernetes.io/docs/reference/kubernetes-api/; anything may be absent. */
interface Meta {
  name: string
  namespace?: string
  uid?: string
  resourceVersion?: string
  creationTimestamp?: string
  deletionTimestamp?: string
  labels?: Record<string, string>
  annotations?: Record<string, string>
  ownerReferences?: { kind: string; name: string }[]
}

interface Terminated {
  exitCode: number
  signal?: number
  reason?: string
  message?: string
  startedAt?: string
  finishedAt?: string
}

interface ContainerState {
  waiting?: { reason?: string; message?: string }
  running?: { startedAt?: string }
  terminated?: Terminated
}

interface Condition {
  type: string
  status: string
  reason?: string
  message?: string
  lastTransitionTime?: string
}

export interface Pod {
  metadata: Meta
  spec: { nodeName?: string; containers: { name: string; image: string; ports?: { containerPort: number }[] }[] }
  status: {
    phase: string
    reason?: string
    podIP?: string
    conditions?: Condition[]
    containerStatuses?: {
      name: string
      image: string
      imageID?: string
      containerID?: string
      ready: boolean
      restartCount: number
      state: ContainerState
      lastState?: ContainerState
    }[]
  }
}

export interface Deployment {
  metadata: Meta & { generation?: number }
  spec: { replicas?: number; selector: { matchLabels?: Record<string, string> } }
  status: { replicas?: number; readyReplicas?: number; updatedReplicas?: number; observedGeneration?: number; conditions?: Condition[] }
}

export interface ReplicaSet {
  metadata: Meta
  spec: { template: { metadata?: { labels?: Record<string, string> }; spec: { containers: { name: string; image: string }[] } } }
}

export interface Node {
  metadata: Meta
  spec: { unschedulable?: boolean; taints?: { key: string; effect: string }[] }
  status: { conditions?: Condition[] }
}

export interface Event {
  metadata: Meta
  involvedObject: { kind: string; name: string }
  type: string
  reason: string
  message: string
  count?: number
  lastTimestamp?: string
}

export interface Endpoints {
  metadata: Meta
  subsets?: {
    addresses?: { ip: string; targetRef?: { name: string } }[]
    notReadyAddresses?: { ip: string; targetRef?: { name: string } }[]
    ports?: { port: number }[]
  }[]
}

export interface List<T> {
  items: T[]
}
