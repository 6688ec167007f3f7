import type { Service } from '@oncall-lab/service-kit/service'
import type { FastifyRequest } from 'fastify'
import type { ErrorLog } from './logs/error-log.ts'

/** More would not help a reader. */
const MOST_REQUESTS = 5
const LONGEST_PATH = 100

/** Follows the requests under way; the answer writes an error that ends the process to the log, with what the process was doing. */
export function createCrashReport(app: Service, errorLog: Pick<ErrorLog, 'recordEnd'>): (error: Error) => void {
  const underWay = new Set<FastifyRequest>()
  app.addHook('onRequest', (request, reply, done) => {
    underWay.add(request)
    reply.raw.once('close', () => underWay.delete(request))
    done()
  })
  return (error) => {
    const requests = [...underWay]
      .slice(-MOST_REQUESTS)
      .map(({ method, url }) => `${method} ${url.split('?', 1)[0]?.slice(0, LONGEST_PATH)}`)
    errorLog.recordEnd(error, requests)
  }
}
