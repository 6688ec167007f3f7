import { fastifySSE } from '@fastify/sse'
import type { Service } from '@oncall-lab/service-kit/service'
import { Type } from 'typebox'
import type { TimelineEvent } from './api.ts'
import { answersWith } from './openapi.ts'
import type { Store } from './store/ports.ts'

const PAGE = 500
const STREAM = answersWith({ 'text/event-stream': Type.String() })

/**
 * `GET /api/events`: every timeline event as server-sent event `timeline`, the stored ones after `?after=<id>` or `Last-Event-ID` first, then
 * each new one as it is stored. Without either it begins with what is new.
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export async function registerEventStream(app: Service, store: Store): Promise<void> {
  await app.register(fastifySSE, { heartbeatInterval: 15_000 })
  const open = new Set<() => void>()
  app.addHook('preClose', async () => {
    for (const close of open) close()
  })

  app.get(
    '/api/events',
    {
      sse: 'only',
      schema: { querystring: Type.Object({ after: Type.Optional(Type.Integer({ minimum: 0 })) }), response: { 200: STREAM } },
    },
    async (request, reply) => {
      const lastSeen = Number(reply.sse.lastEventId ?? Number.NaN)
      const after = Number.isInteger(lastSeen) ? lastSeen : request.query.after
      reply.sse.keepAlive()
      const feed = createFeed(store, after ?? (await store.incidents.newestEventId()), async ({ id, ...event }) => {
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
function createFeed(store: Store, after: number, send: (event: TimelineEvent) => Promise<void>) {
  let cursor = after
  let sending = false
  /** Something was stored since the last look, perhaps while that look was on its way. */
  let more = false
  let stopped = false
  async function push(): Promise<void> {
    more = true
    if (sending) return
    sending = true
    try {
      while (more && !stopped) {
        more = false
        for (const event of await store.incidents.eventsAfter(cursor, PAGE)) {
          if (stopped) return
          await send(event)
          cursor = event.id
          more = true
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
