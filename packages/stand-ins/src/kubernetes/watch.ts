import type { FastifyReply } from 'fastify'
import type { Cluster } from './cluster.ts'
import type { KubernetesObject } from './kubernetes-object.ts'
import type { WatchEvent } from './object-store.ts'
import { apiVersionOf, type Resource } from './resource.ts'
import { badRequest } from './status-error.ts'
import { type Included, tableOf } from './table.ts'

interface Watch {
  cluster: Cluster
  resource: Resource
  namespace: string | undefined
  fits: (object: KubernetesObject) => boolean
  query: Record<string, string | undefined>
  /** How much of each object a row shows, where rows are wanted. */
  table: Included | undefined
  reply: FastifyReply
  now: () => number
}

const LONGEST_S = 3_600
/** While somebody watches, the fleet is looked at so often. */
const LOOK_EVERY_MS = 500

/**
 * Answers with one JSON object a line and change (https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes), until
 * `timeoutSeconds` are over or the caller goes. Without `resourceVersion`, or with 0, it begins with what there is.
 */
export function startWatch({ cluster, resource, namespace, fits, query, table, reply, now }: Watch): FastifyReply {
  const seconds = query.timeoutSeconds === undefined ? LONGEST_S : Number(query.timeoutSeconds)
  if (!(seconds >= 0)) throw badRequest(`timeoutSeconds must be a number of seconds, got ${JSON.stringify(query.timeoutSeconds)}`)
  const since = Number(query.resourceVersion ?? 0)
  if (!Number.isInteger(since) || since < 0) throw badRequest(`resourceVersion: Invalid value: ${JSON.stringify(query.resourceVersion)}`)
  const { raw } = reply
  let isFirst = true
  const write = (type: string, object: object) => raw.write(`${JSON.stringify({ type, object })}\n`)
  const send = (type: WatchEvent['type'], object: KubernetesObject) => {
    if (raw.destroyed || (namespace !== undefined && object.metadata.namespace !== namespace) || !fits(object)) return
    const version = object.metadata.resourceVersion ?? ''
    write(type, table ? tableOf(resource, [object], { version, now: now(), included: table, withColumns: isFirst }) : object)
    isFirst = false
  }
  const backlog: WatchEvent[] = []
  let isOpen = false
  const listen = (event: WatchEvent) => (isOpen ? send(event.type, event.object) : backlog.push(event))
  // First of all: a version that is too old is refused with a status of its own.
  const unwatch = cluster.store.watch(resource, since === 0 ? cluster.store.version : since, listen)
  reply.hijack()
  raw.writeHead(200, { 'content-type': 'application/json' })
  raw.flushHeaders()
  if (since === 0) for (const object of cluster.store.list(resource, namespace)) send('ADDED', object)
  for (const { type, object } of backlog) send(type, object)
  isOpen = true
  const look = setInterval(() => void cluster.refresh().catch(() => undefined), LOOK_EVERY_MS) // The next look tells.
  const end = setTimeout(() => {
    if (query.allowWatchBookmarks === 'true')
      write('BOOKMARK', {
        kind: resource.kind,
        apiVersion: apiVersionOf(resource),
        metadata: { resourceVersion: String(cluster.store.version) },
      })
    raw.end()
  }, Math.min(seconds, LONGEST_S) * 1_000)
  raw.once('close', () => {
    unwatch()
    clearInterval(look)
    clearTimeout(end)
  })
  return reply
}
