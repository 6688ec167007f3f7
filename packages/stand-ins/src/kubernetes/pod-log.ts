import type { LogEntry } from '@oncall-lab/inventory/api'
import type { FastifyReply } from 'fastify'
import type { Cluster } from './cluster.ts'
import type { FleetClient } from './fleet-client.ts'
import type { Pod } from './kinds.ts'
import type { KubernetesObject } from './kubernetes-object.ts'
import { APP } from './pod-of-instance.ts'
import { resourceNamed } from './resource.ts'
import { badRequest } from './status-error.ts'

type Query = Record<string, string | undefined>

/** Answers `GET …/pods/x/log`. */
export interface PodLog {
  send(pod: KubernetesObject, query: Query, reply: FastifyReply): Promise<FastifyReply>
}

/** As far back as an instance reads its log. */
const LONGEST_S = 3_600
const PODS = resourceNamed('pods')
const FOLLOW_EVERY_MS = 1_000

/** The log of a pod's container: the lines of its process in the shop's error log, as JSON. */
export function createPodLog(cluster: Cluster, fleet: FleetClient, now: () => number): PodLog {
  async function entriesOf(pod: Pod, previous: boolean): Promise<LogEntry[]> {
    const behind = cluster.behind(pod)
    if (!behind) return []
    const { life, instance } = behind
    const { entries } = await fleet.errorLog(cluster.answeringPort(life.port), LONGEST_S)
    const begun = Date.parse(life.containerStartedAt)
    const own = entries.filter((entry) => entry.instance === instance.instance)
    if (!previous) return own.filter(({ ts }) => Date.parse(ts) >= begun)
    const endedAt = life.lastEnd ? Date.parse(life.lastEnd.at) : 0
    const began = endedAt - (life.lastEnd?.uptimeSeconds ?? 0) * 1_000
    return own.filter(({ ts }) => Date.parse(ts) >= began && Date.parse(ts) <= endedAt)
  }

  return {
    async send(object, query, reply) {
      const pod = object as Pod // It stands under pods.
      checkContainer(pod, query)
      const previous = query.previous === 'true'
      const behind = cluster.behind(pod)
      const { name } = pod.metadata
      if (!behind)
        throw badRequest(
          `container "${APP}" in pod "${name}" is waiting to start: ${pod.status.containerStatuses?.[0]?.state.waiting?.reason ?? 'the pod is not scheduled'}`,
        )
      if (previous && !behind.life.lastEnd) throw badRequest(`previous terminated container "${APP}" in pod "${name}" not found`)
      const entries = cut(await entriesOf(pod, previous), query, now())
      const text = entries.map((entry) => lineOf(entry, query)).join('')
      if (query.follow !== 'true' || previous) return reply.type('text/plain').send(limited(text, query))
      return follow(
        reply,
        text,
        async (since) => {
          await cluster.refresh()
          const present = cluster.store.get(PODS, pod.metadata.namespace, name)
          if (!present) return undefined
          const later = (await entriesOf(pod, false)).filter(({ ts }) => Date.parse(ts) > since)
          return {
            text: later.map((entry) => lineOf(entry, query)).join(''),
            last: Math.max(since, ...later.map(({ ts }) => Date.parse(ts))),
          }
        },
        Math.max(0, ...entries.map(({ ts }) => Date.parse(ts))),
      )
    },
  }
}

function checkContainer({ metadata: { name } }: Pod, { container }: Query): void {
  if (container && container !== APP) throw badRequest(`container ${container} is not valid for pod ${name}`)
}

function cut(entries: LogEntry[], { tailLines, sinceSeconds, sinceTime }: Query, now: number): LogEntry[] {
  const since = sinceSeconds ? now - positive('sinceSeconds', sinceSeconds) * 1_000 : sinceTime ? Date.parse(sinceTime) : 0
  if (Number.isNaN(since)) throw badRequest(`sinceTime: Invalid value: ${JSON.stringify(sinceTime)}`)
  const recent = entries.filter(({ ts }) => Date.parse(ts) >= since)
  return tailLines === undefined ? recent : recent.slice(recent.length - Math.min(recent.length, positive('tailLines', tailLines)))
}

function positive(name: string, text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 0)
    throw badRequest(`PodLogOptions is invalid: ${name}: Invalid value: ${JSON.stringify(text)}: must be greater than or equal to 0`)
  return value
}

const limited = (text: string, { limitBytes }: Query) =>
  limitBytes === undefined ? text : Buffer.from(text).subarray(0, positive('limitBytes', limitBytes)).toString('utf8')

const lineOf = (entry: LogEntry, { timestamps }: Query) => `${timestamps === 'true' ? `${entry.ts} ` : ''}${JSON.stringify(entry)}\n`

/** Sends what comes until the caller goes, or the pod. */
function follow(
  reply: FastifyReply,
  first: string,
  next: (since: number) => Promise<{ text: string; last: number } | undefined>,
  begin: number,
): FastifyReply {
  const { raw } = reply
  reply.hijack()
  raw.writeHead(200, { 'content-type': 'text/plain' })
  raw.flushHeaders()
  raw.write(first)
  let last = begin
  let timer: NodeJS.Timeout
  const look = async () => {
    const more = await next(last).catch(() => ({ text: '', last })) // The next look tells.
    if (raw.destroyed) return
    if (more === undefined) return raw.end()
    last = more.last
    if (more.text !== '') raw.write(more.text)
    timer = setTimeout(look, FOLLOW_EVERY_MS)
  }
  timer = setTimeout(look, FOLLOW_EVERY_MS)
  raw.once('close', () => clearTimeout(timer))
  return reply
}
