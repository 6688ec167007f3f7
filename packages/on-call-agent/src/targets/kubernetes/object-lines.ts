import { isPodReady, type ListedEvent, type ListedNode, type ListedPod } from '../../cluster-functions.ts'
import type { Event, Node, Pod } from './objects.ts'

/** A pod in a few fields. */
export function podLine({ metadata, spec, status }: Pod): ListedPod {
  return {
    name: metadata.name,
    node: spec.nodeName ?? null,
    phase: metadata.deletionTimestamp ? 'Terminating' : status.phase,
    ready: `${status.containerStatuses?.filter(({ ready }) => ready).length ?? 0}/${spec.containers.length}`,
    created: metadata.creationTimestamp ?? null,
    containers: (status.containerStatuses ?? []).map(({ name, image, restartCount, state, lastState }) => ({
      name,
      image,
      restarts: restartCount,
      ...(state.waiting && { waiting: state.waiting }),
      ...(lastState?.terminated && { last_end: lastState.terminated }),
    })),
    ...(status.reason && { reason: status.reason }),
    ...(status.phase === 'Pending' && { why: status.conditions?.find(({ status: is }) => is === 'False')?.message ?? null }),
  }
}

/** A node in a few fields. */
export function nodeLine({ metadata, spec, status }: Node): ListedNode {
  const ready = status.conditions?.find(({ type }) => type === 'Ready')
  return {
    name: metadata.name,
    ready: ready?.status ?? 'Unknown',
    reason: ready?.reason ?? null,
    message: ready?.message ?? null,
    since: ready?.lastTransitionTime ?? null,
    cordoned: spec.unschedulable ?? false,
    taints: (spec.taints ?? []).map(({ key, effect }) => `${key}:${effect}`),
  }
}

/** By name, as kubectl prints them. */
export const byName = <T extends { name: string }>(lines: readonly T[]): T[] => lines.toSorted((a, b) => (a.name < b.name ? -1 : 1))

/** Pods that are not ready first, then those whose containers ended at all, so that what is cut off is what is well; each by name. */
export function worstFirst(pods: readonly ListedPod[]): ListedPod[] {
  const restarts = ({ containers }: ListedPod) => containers.reduce((sum, each) => sum + each.restarts, 0)
  const trouble = (pod: ListedPod) => (isPodReady(pod) ? Number(restarts(pod) > 0) : 2)
  return byName(pods).toSorted((a, b) => trouble(b) - trouble(a))
}

/** Warnings first, then the newest first. */
export function newestEvents(events: Event[], most: number): ListedEvent[] {
  return events
    .toSorted(
      (a, b) => Number(b.type === 'Warning') - Number(a.type === 'Warning') || ((a.lastTimestamp ?? '') < (b.lastTimestamp ?? '') ? 1 : -1),
    )
    .slice(0, most)
    .map(({ involvedObject, type, reason, message, count, lastTimestamp }) => ({
      object: `${involvedObject.kind}/${involvedObject.name}`,
      type,
      reason,
      message,
      count: count ?? 1,
      last: lastTimestamp ?? null,
    }))
}
