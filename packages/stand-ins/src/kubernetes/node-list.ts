import { release } from 'node:os'
import type { Condition, Node } from './kinds.ts'
import { timeOf } from './kubernetes-object.ts'
import { uidOf } from './names.ts'

/** As many pods as the process manager has ports, evenly. */
export const PODS_PER_NODE = 5
const NAMES = ['lab-node-1', 'lab-node-2']
const UNREACHABLE = 'node.kubernetes.io/unreachable'
const HEARTBEAT_MS = 40_000
export const SERVER_VERSION = { major: '1', minor: '32', gitVersion: 'v1.32.0-oncall-lab' }

/** The two machines of the cluster, and whether each still reports. */
export class NodeList {
  readonly #silentSince = new Map<string, number>()
  readonly #createdAt: number

  constructor(now: number) {
    this.#createdAt = now
  }

  get names(): readonly string[] {
    return NAMES
  }

  /** Lets a node report, or fall silent as when its kubelet is gone. */
  setReporting(name: string, reports: boolean, now: number): void {
    if (reports) this.#silentSince.delete(name)
    else if (!this.#silentSince.has(name)) this.#silentSince.set(name, now)
  }

  reports(name: string): boolean {
    return !this.#silentSince.has(name)
  }

  /** The node with its present conditions; `before` keeps what a person set (cordon). */
  describe(name: string, before: Node | undefined, now: number): Node {
    const silentSince = this.#silentSince.get(name)
    const { taints: _, ...spec } = before?.spec ?? { podCIDR: `10.42.${NAMES.indexOf(name)}.0/24` }
    const taints = [
      ...(spec.unschedulable ? [{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }] : []),
      ...(silentSince === undefined ? [] : [{ key: UNREACHABLE, effect: 'NoSchedule', timeAdded: timeOf(silentSince) }]),
    ]
    return {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: {
        ...before?.metadata,
        name,
        uid: uidOf(name),
        creationTimestamp: timeOf(this.#createdAt),
        labels: { 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux', ...before?.metadata.labels },
      },
      spec: { ...spec, ...(taints.length > 0 && { taints }) },
      status: {
        capacity: { cpu: '2', memory: '4Gi', pods: String(PODS_PER_NODE) },
        allocatable: { cpu: '2', memory: '4Gi', pods: String(PODS_PER_NODE) },
        conditions: conditionsOf(silentSince, this.#createdAt, now),
        addresses: [
          { type: 'InternalIP', address: '127.0.0.1' },
          { type: 'Hostname', address: name },
        ],
        nodeInfo: {
          machineID: uidOf(`machine ${name}`),
          systemUUID: uidOf(`system ${name}`),
          bootID: uidOf(`boot ${name} ${this.#createdAt}`),
          kernelVersion: release(),
          osImage: 'oncall-lab process manager',
          containerRuntimeVersion: 'oncall-lab://1.0',
          kubeletVersion: SERVER_VERSION.gitVersion,
          kubeProxyVersion: SERVER_VERSION.gitVersion,
          operatingSystem: 'linux',
          architecture: 'amd64',
        },
      },
    }
  }
}

const PRESSURES = [
  ['MemoryPressure', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'],
  ['DiskPressure', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'],
  ['PIDPressure', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'],
] as const

function conditionsOf(silentSince: number | undefined, createdAt: number, now: number): Condition[] {
  const heard = silentSince ?? now - (now % HEARTBEAT_MS)
  const times = { lastHeartbeatTime: timeOf(heard), lastTransitionTime: timeOf(silentSince ?? createdAt) }
  const unknown = { status: 'Unknown' as const, reason: 'NodeStatusUnknown', message: 'Kubelet stopped posting node status.', ...times }
  const silent = silentSince !== undefined
  return [
    ...PRESSURES.map(([type, reason, message]) =>
      silent ? { type, ...unknown } : { type, status: 'False' as const, reason, message, ...times },
    ),
    silent
      ? { type: 'Ready', ...unknown }
      : { type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status', ...times },
  ]
}
