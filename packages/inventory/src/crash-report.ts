import { AsyncLocalStorage } from 'node:async_hooks'
import type { Service } from '@oncall-lab/service-kit/service'
import type { FastifyRequest } from 'fastify'
import type { ErrorLog } from './logs/error-log.ts'

/** More would not help a reader. */
const MOST_REQUESTS = 5
const LONGEST_PATH = 100

/**
 * Follows the requests under way; the answer writes an error that ends the process to the log, with what the process was doing, and first of all the request that threw it: its work, also in callbacks and
 * after waiting, runs in a context of its own.
 */
export function createCrashReport(app: Service, errorLog: Pick<ErrorLog, 'recordEnd'>): (error: Error) => void {
  const underWay = new Set<FastifyRequest>()
  const working = new AsyncLocalStorage<FastifyRequest>()
  app.addHook('onRequest', (request, reply, done) => {
    underWay.add(request)
    reply.raw.once('close', () => underWay.delete(request))
    working.run(request, done)
  })
  return (error) => {
    const thrower = working.getStore()
    const others = [...underWay].filter((request) => request !== thrower).slice(-MOST_REQUESTS)
    const requests = [...(thrower ? [thrower] : []), ...others].slice(0, MOST_REQUESTS).map(describe)
    errorLog.recordEnd(error, thrower && describe(thrower), requests)
  }
}

function describe({ method, url }: FastifyRequest): string {
  return `${method} ${url.split('?', 1)[0]?.slice(0, LONGEST_PATH)}`
}
