import type { ListedEvent, ListedNode, ListedPod } from '../../cluster-functions.ts'
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
