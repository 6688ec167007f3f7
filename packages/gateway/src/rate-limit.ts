import { LabError } from '@oncall-lab/service-kit/errors'
import type { Service } from '@oncall-lab/service-kit/service'

interface Bucket {
  left: number
  at: number
}

/** Callers whose bucket is kept; beyond, the one that was idle for longest is forgotten. */
const MOST_CALLERS = 10_000

/** A token bucket for each caller: `perSecond` requests on average, twice that at once. True when the request may pass. */
export function createRateLimit(perSecond: number, now: () => number = performance.now.bind(performance)): (caller: string) => boolean {
  const buckets = new Map<string, Bucket>()
  return (caller) => {
    const at = now()
    const { left, at: before } = buckets.get(caller) ?? { left: perSecond * 2, at }
    const refilled = Math.min(perSecond * 2, left + ((at - before) / 1_000) * perSecond)
    buckets.delete(caller) // So that the first of the map is the one that was idle for longest.
    buckets.set(caller, { left: Math.max(0, refilled - 1), at })
    const [oldest] = buckets.keys()
    if (buckets.size > MOST_CALLERS && oldest !== undefined) buckets.delete(oldest)
    return refilled >= 1
  }
}

/** Refuses with 429 a caller, by address, that asks more often. */
export function limitRate(app: Service, perSecond: number): void {
  const mayPass = createRateLimit(perSecond)
  app.addHook('onRequest', async ({ ip }, reply) => {
    if (mayPass(ip)) return
    reply.header('retry-after', '1')
    throw new LabError(`More than ${perSecond} requests a second from ${ip}; ask again in a second`, {
      code: 'too_many_requests',
      status: 429,
      retryable: true,
    })
  })
}
