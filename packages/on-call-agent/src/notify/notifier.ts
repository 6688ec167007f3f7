import { setTimeout as sleep } from 'node:timers/promises'
import { describeError } from '@oncall-lab/service-kit/errors'
import { signedHeaders } from '@oncall-lab/service-kit/signed-headers'
import type { Incident } from '../api.ts'
import type { Store } from '../store/ports.ts'
import { type CloudEvent, cloudEvent, isTold } from './cloud-event.ts'

interface NotifierOptions {
  store: Pick<Store, 'incidents' | 'cursors' | 'onEvent'>
  /** Addresses that are told. */
  receivers: readonly string[]
  secret: string
  /** Who says it. */
  source: string
  urlOf: (incident: Incident) => string
  onError: (what: string, error: unknown) => void
  timeoutMs?: number
  /** The pause before an event that was not taken is sent again; it doubles up to a minute. */
  retryMs?: number
}

const PAGE = 100
const LAST_SECOND_MS = 1_000
const LONGEST_PAUSE_MS = 60_000
/** A receiver that takes nothing for so long is told what comes next instead. */
const GIVE_UP_MS = 24 * 3_600_000

/**
 * Tells each receiver of incidents as they go, in order, at least once: how far it was told is stored after each. One that does not answer holds up nobody
 * else. A receiver that is new is told of what comes from now on.
 */
export async function startNotifier(options: NotifierOptions): Promise<{ stop(): Promise<void> }> {
  const { store, receivers, onError } = options
  const ending = new AbortController()
  const cut = new AbortController()
  const wakers = new Set<() => void>()
  const unfollow = store.onEvent(() => {
    for (const wake of wakers) wake()
  })
  const runs = receivers.map(async (url) => {
    let cursor = await begin(store, url)
    while (!ending.signal.aborted) {
      const events = await store.incidents.eventsAfter(cursor, PAGE)
      if (events.length === 0) {
        await new Promise<void>((resolve) => {
          const wake = () => {
            wakers.delete(wake)
            resolve()
          }
          wakers.add(wake)
          ending.signal.addEventListener('abort', wake, { once: true })
          setTimeout(wake, 1_000).unref()
        })
        continue
      }
      for (const event of events) {
        if (ending.signal.aborted) return
        const message = isTold(event.event) ? await messageOf(options, event) : undefined
        if (message && !(await deliver(options, url, message, { ending: ending.signal, cut: cut.signal }))) return
        cursor = event.id
        if (message) await store.cursors.set(nameOf(url), cursor)
      }
      await store.cursors.set(nameOf(url), cursor)
    }
  })
  const all = Promise.all(runs.map((run, i) => run.catch((error: unknown) => onError(`telling ${receivers[i]}`, error))))
  return {
    async stop() {
      unfollow()
      ending.abort(new Error('the agent is stopping'))
      // What is on its way may arrive: told twice is worse than a second.
      const late = setTimeout(() => cut.abort(new Error('the agent is stopping')), LAST_SECOND_MS)
      await all
      clearTimeout(late)
    },
  }
}

const nameOf = (url: string) => `notify ${url}`

async function begin(store: NotifierOptions['store'], url: string): Promise<number> {
  const known = await store.cursors.get(nameOf(url))
  if (known !== undefined) return known
  const newest = await store.incidents.newestEventId()
  await store.cursors.set(nameOf(url), newest)
  return newest
}

async function messageOf(
  { store, source, urlOf }: NotifierOptions,
  event: Parameters<typeof cloudEvent>[0],
): Promise<CloudEvent | undefined> {
  const incident = await store.incidents.find(event.incident_id)
  if (!incident) return undefined
  const isFirst = event.event.kind === 'alert_firing' && (await store.incidents.timeline(incident.id))[0]?.id === event.id
  return cloudEvent(event, { ...incident, html_url: urlOf(incident) }, { source, isFirst })
}

/** False when the agent stops first. */
async function deliver(
  { secret, onError, timeoutMs = 5_000, retryMs = 1_000 }: NotifierOptions,
  url: string,
  message: CloudEvent,
  { ending: signal, cut }: { ending: AbortSignal; cut: AbortSignal },
): Promise<boolean> {
  const body = JSON.stringify(message)
  const until = Date.now() + GIVE_UP_MS
  for (let pause = retryMs; Date.now() < until; pause = Math.min(LONGEST_PAUSE_MS, pause * 2)) {
    const headers = {
      'content-type': 'application/cloudevents+json; charset=utf-8',
      'user-agent': 'oncall-lab',
      ...signedHeaders(secret, body, new Date()),
    }
    try {
      const within = AbortSignal.any([cut, AbortSignal.timeout(timeoutMs)])
      const answer = await fetch(url, { method: 'POST', headers, body, redirect: 'manual', signal: within })
      await answer.body?.cancel().catch(() => {})
      if (answer.ok) return true
      onError(`telling ${url} of ${message.type}`, new Error(`it answered ${answer.status}`))
      // The same refusal tomorrow: a message that it cannot read must not hold up the others.
      if ([400, 413, 415, 422].includes(answer.status)) return true
    } catch (error) {
      if (signal.aborted) return false
      onError(`telling ${url} of ${message.type}`, new Error(describeError(error)))
    }
    await sleep(pause, undefined, { signal }).catch(() => {})
    if (signal.aborted) return false
  }
  return true
}
