import type { Event } from './kinds.ts'
import type { KubernetesObject } from './kubernetes-object.ts'
import { timeOf } from './kubernetes-object.ts'
import { uidOf } from './names.ts'
import type { ObjectStore } from './object-store.ts'
import { resourceNamed } from './resource.ts'

/** One occurrence, to be recorded. */
export interface Occurrence {
  /** What it happened to. */
  about: KubernetesObject
  fieldPath?: string
  type?: Event['type']
  reason: string
  message: string
  source: Event['source']
  at: string
}

/** As long as an API server keeps events. */
const KEPT_MS = 3_600_000
const EVENTS = resourceNamed('events')

/** Records occurrences as Events; the same one again raises its count. */
export class EventRecorder {
  readonly #store: ObjectStore

  constructor(store: ObjectStore) {
    this.#store = store
  }

  record({ about, fieldPath, type = 'Normal', reason, message, source, at }: Occurrence): void {
    const { name, namespace = 'default', uid } = about.metadata
    const identity = uidOf([about.kind, name, uid, reason, message].join(' '))
    const known = this.#store.get(EVENTS, namespace, eventName(name, identity)) as Event | undefined // Only events are stored there.
    const last = timeOf(at)
    if (known && known.lastTimestamp >= last) return
    const event: Event = {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: eventName(name, identity), namespace, creationTimestamp: known?.firstTimestamp ?? last, uid: identity },
      involvedObject: {
        apiVersion: about.apiVersion,
        kind: about.kind,
        ...(about.metadata.namespace && { namespace: about.metadata.namespace }),
        name,
        ...(uid && { uid }),
        ...(fieldPath && { fieldPath }),
      },
      reason,
      message,
      type,
      source,
      count: (known?.count ?? 0) + 1,
      firstTimestamp: known?.firstTimestamp ?? last,
      lastTimestamp: last,
      reportingComponent: '',
      reportingInstance: '',
    }
    this.#store.put(EVENTS, event)
  }

  /** Drops what is an hour old. */
  forget(now: number): void {
    for (const event of this.#store.list(EVENTS) as Event[])
      if (Date.parse(event.lastTimestamp) < now - KEPT_MS) this.#store.remove(EVENTS, event)
  }
}

const eventName = (name: string, identity: string) => `${name}.${identity.replaceAll('-', '').slice(0, 16)}`
