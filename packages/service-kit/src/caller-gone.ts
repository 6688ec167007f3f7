import type { FastifyReply } from 'fastify'

/** Aborts when the caller hangs up before it has its answer. Fastify's `request.signal` aborts as soon as a request was read, which is no reason to stop. */
export function callerGone({ raw }: Pick<FastifyReply, 'raw'>): AbortSignal {
  const gone = new AbortController()
  raw.once('close', () => {
    if (!raw.writableFinished) gone.abort()
  })
  return gone.signal
}
