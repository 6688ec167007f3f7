import { randomUUID } from 'node:crypto'
import type { KubernetesObject } from './kubernetes-object.ts'
import { qualifiedName, type Resource } from './resource.ts'
import { StatusError } from './status-error.ts'

/** A change that a watch reports. */
export interface WatchEvent {
  type: 'ADDED' | 'MODIFIED' | 'DELETED'
  resource: string
  object: KubernetesObject
  version: number
}

const KEPT_EVENTS = 2_000

/**
 * All objects in memory, with one counter of versions for all (etcd's revision), and the last changes, from which a watch goes on where a list ended.
 * `put` of what is there already changes nothing, so a controller may put what it computes at every turn.
 */
export class ObjectStore {
  readonly #objects = new Map<string, Map<string, KubernetesObject>>()
  readonly #events: WatchEvent[] = []
  readonly #listeners = new Set<(event: WatchEvent) => void>()
  #version = 1

  /** The version of the newest change. */
  get version(): number {
    return this.#version
  }

  /** By namespace, then by name. */
  list(resource: Resource, namespace?: string): KubernetesObject[] {
    return [...this.#of(resource).values()]
      .filter(({ metadata }) => namespace === undefined || metadata.namespace === namespace)
      .toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
  }

  get(resource: Resource, namespace: string | undefined, name: string): KubernetesObject | undefined {
    return this.#of(resource).get(`${namespace ?? ''}/${name}`)
  }

  /** Stores it under its name, keeping what identifies the one that is there; returns what is stored. */
  put(resource: Resource, wanted: KubernetesObject): KubernetesObject {
    const objects = this.#of(resource)
    const before = objects.get(keyOf(wanted))
    const { uid = before?.metadata.uid ?? randomUUID(), resourceVersion: _, ...metadata } = wanted.metadata
    const candidate = { ...wanted, metadata: { ...metadata, uid } }
    if (before && sameBesideVersion(before, candidate)) return before
    return this.#store(resource, before ? 'MODIFIED' : 'ADDED', candidate)
  }

  remove(resource: Resource, object: KubernetesObject): void {
    if (this.#of(resource).delete(keyOf(object))) this.#store(resource, 'DELETED', object)
  }

  /**
   * Calls `listener` with each change after `since`, those of the past first; returns how to end it.
   * @throws StatusError 410 when changes after `since` are no longer kept: the caller has to list again.
   */
  watch(resource: Resource, since: number, listener: (event: WatchEvent) => void): () => void {
    const [oldest] = this.#events
    if (since > this.#version || (oldest && since < oldest.version - 1))
      throw new StatusError(410, 'Expired', `too old resource version: ${since} (${this.#version})`)
    const filtered = (event: WatchEvent) => event.resource === resource.name && listener(event)
    for (const event of this.#events) if (event.version > since) filtered(event)
    this.#listeners.add(filtered)
    return () => this.#listeners.delete(filtered)
  }

  #store(resource: Resource, type: WatchEvent['type'], candidate: KubernetesObject): KubernetesObject {
    this.#version += 1
    const object = { ...candidate, metadata: { ...candidate.metadata, resourceVersion: String(this.#version) } }
    if (type !== 'DELETED') this.#of(resource).set(keyOf(object), object)
    const event: WatchEvent = { type, resource: resource.name, object, version: this.#version }
    this.#events.push(event)
    if (this.#events.length > KEPT_EVENTS) this.#events.shift()
    for (const listener of this.#listeners) listener(event)
    return object
  }

  #of(resource: Resource): Map<string, KubernetesObject> {
    const name = qualifiedName(resource)
    const objects = this.#objects.get(name) ?? new Map<string, KubernetesObject>()
    this.#objects.set(name, objects)
    return objects
  }
}

const keyOf = ({ metadata }: KubernetesObject) => `${metadata.namespace ?? ''}/${metadata.name}`

function sameBesideVersion(
  { metadata: { resourceVersion: _, ...before }, ...rest }: KubernetesObject,
  candidate: KubernetesObject,
): boolean {
  return canonical({ ...rest, metadata: before }) === canonical(candidate)
}

/** JSON with sorted keys. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, each) =>
    typeof each === 'object' && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  )
}
