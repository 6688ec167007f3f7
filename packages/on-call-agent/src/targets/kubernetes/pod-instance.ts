import { constants } from 'node:os'
import type { ListedInstance } from '../../functions.ts'
import type { Pod } from './objects.ts'

const SIGNALS = Object.entries(constants.signals)

/** A pod as the instance that it is to every other reader: its address is Prometheus' `instance` label. */
export function instanceOf(pod: Pod): ListedInstance {
  const { metadata, spec, status } = pod
  const [container] = status.containerStatuses ?? []
  const port = spec.containers[0]?.ports?.[0]?.containerPort ?? 0
  const ended = container?.lastState?.terminated ?? container?.state.terminated
  const exit = ended && endOf(ended)
  return {
    instance: status.podIP && port > 0 ? `${status.podIP}:${port}` : metadata.name,
    port,
    pod: metadata.name,
    pid: null,
    instance_id: container?.containerID ?? null,
    release: releaseOf(container?.image ?? spec.containers[0]?.image ?? ''),
    commit: /@([0-9a-f]{40})$/.exec(container?.imageID ?? '')?.[1] ?? 'unknown',
    state: stateOf(pod),
    reason: reasonOf(pod),
    started_at: container?.state.running?.startedAt ?? null,
    restarts: container?.restartCount ?? 0,
    last_exit: exit ? { at: exit.at, code: exit.code, signal: exit.signal } : null,
    exits: exit ? [exit] : [],
  }
}

/** A kubelet writes a container's start and its pod's conditions this far apart. */
const SLACK_MS = 5_000

/** Only what a kubelet says: a container that waits for its restart is in back-off, one that was not ready yet since its start is starting. One that was and is no more runs, as a hung process does. */
function stateOf(pod: Pod): ListedInstance['state'] {
  const { metadata, status } = pod
  const [container] = status.containerStatuses ?? []
  if (metadata.deletionTimestamp) return 'stopping'
  if (container?.state.waiting?.reason === 'CrashLoopBackOff' || container?.state.terminated) return 'backoff'
  return container?.ready || wasReady(pod) ? 'running' : 'starting'
}

function wasReady({ status }: Pod): boolean {
  const started = Date.parse(status.containerStatuses?.[0]?.state.running?.startedAt ?? '')
  const changed = Date.parse(
    status.conditions?.find(({ type, status: is }) => type === 'Ready' && is === 'False')?.lastTransitionTime ?? '',
  )
  return changed - started > SLACK_MS
}

function reasonOf({ metadata, spec, status }: Pod): string {
  const [container] = status.containerStatuses ?? []
  const { waiting } = container?.state ?? {}
  const unscheduled = status.conditions?.find(({ type, status: is }) => type === 'PodScheduled' && is === 'False')
  const notReady = status.conditions?.find(({ type, status: is }) => type === 'Ready' && is !== 'True')
  const parts = [
    `pod ${metadata.name} on ${spec.nodeName ?? 'no node'}`,
    waiting?.reason && `${waiting.reason}${waiting.message ? `: ${waiting.message}` : ''}`,
    unscheduled && `${unscheduled.reason}: ${unscheduled.message}`,
    !waiting && !unscheduled && notReady?.message,
    container?.lastState?.terminated?.reason === 'OOMKilled' && 'OOMKilled: the container exceeded its memory limit',
  ]
  return parts.filter(Boolean).join('; ')
}

function endOf({
  exitCode,
  finishedAt = '',
  startedAt,
  signal,
}: {
  exitCode: number
  finishedAt?: string
  startedAt?: string
  signal?: number
}) {
  // A runtime reports a signal's end as 128 and its number.
  const number = signal || (exitCode > 128 ? exitCode - 128 : 0)
  const name = SIGNALS.find(([, value]) => value === number)?.[0]
  const uptime = startedAt ? (Date.parse(finishedAt) - Date.parse(startedAt)) / 1_000 : 0
  return {
    at: finishedAt,
    code: name ? null : exitCode,
    signal: name ?? null,
    uptime_seconds: Number.isFinite(uptime) && uptime > 0 ? uptime : 0,
    expected: exitCode === 0,
  }
}

/** The tag of an image; a digest stands for itself. */
function releaseOf(image: string): string {
  const [, tag] = /:([^:/@]+)$/.exec(image) ?? []
  return tag ?? image
}
