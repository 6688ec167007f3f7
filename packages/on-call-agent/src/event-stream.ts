import { fastifySSE } from '@fastify/sse'
import type { Service } from '@oncall-lab/service-kit/service'
import { Type } from 'typebox'
import type { TimelineEvent } from './api.ts'
import type { IncidentStore } from './store/ports.ts'

const PAGE = 500

/**
 * `GET /api/events`: every timeline event as server-sent event `timeline`, the stored ones after `?after=<id>` or `Last-Event-ID` first, then
 * each new one as it is stored. Without either it begins with what is new.
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export async function registerEventStream(app: Service, store: IncidentStore): Promise<void> {
  await app.register(fastifySSE, { heartbeatInterval: 15_000 })
  const open = new Set<() => void>()
  app.addHook('preClose', async () => {
    for (const close of open) close()
  })

  app.get(
    '/api/events',
    { sse: 'only', schema: { querystring: Type.Object({ after: Type.Optional(Type.Integer({ minimum: 0 })) }) } },
    async (request, reply) => {
      const lastSeen = Number(reply.sse.lastEventId ?? Number.NaN)
      const after = Number.isInteger(lastSeen) ? lastSeen : request.query.after
      reply.sse.keepAlive()
      const feed = createFeed(store, after, async ({ id, ...event }) => {
        await reply.sse.send({ id: String(id), event: 'timeline', data: { id, ...event } })
      })
      // What cannot be read or sent ends the stream: its reader comes again, from where it was.
      const push = () => void feed.push().catch(close)
      const unlisten = store.onEvent(push)
      const close = () => {
        unlisten()
        feed.stop()
        open.delete(close)
        reply.sse.close()
      }
      open.add(close)
      reply.sse.onClose(close)
      await reply.sse.sendHeaders()
      // They would wait for the first event or heartbeat, and the reader with them.
      reply.raw.flushHeaders()
      push()
    },
  )
}

/** Sends what is stored after a given id in order, one at a time: the database is the queue, so a slow reader costs no memory. */
function createFeed(store: IncidentStore, after: number | undefined, send: (event: TimelineEvent) => Promise<void>) {
  let cursor = after ?? store.newestEventId()
  let sending = false
  let stopped = false
  async function push(): Promise<void> {
    if (sending) return
    sending = true
    try {
      for (let page = store.eventsAfter(cursor, PAGE); page.length > 0 && !stopped; page = store.eventsAfter(cursor, PAGE)) {
        for (const event of page) {
          if (stopped) return
          await send(event)
          cursor = event.id
        }
      }
    } finally {
      sending = false
    }
  }
  return {
    push,
    stop() {
      stopped = true
    },
  }
}
